// What a client sends: the guard cuts it into the same requests wherever its pieces end, keeps its
// limits, and what it lets through is understood as it was written.
#include "http/api_input.hpp"
#include "http/server/origin_rules.hpp"
#include "http/server/request_parser.hpp"
#include "http/server/request_reader.hpp"
#include "saga/json_text.hpp"
#include "tests/fuzz/targets.hpp"

namespace sagas::fuzz {
namespace {

using namespace sagas::http;

const server_options& limits() {
  static const server_options small = [] {
    server_options made;
    made.target_max = 128;
    made.head_max = 1'024;
    made.headers_max = 12;
    made.body_max = 64;
    made.batch_max = 256;
    made.bodies_max = 512;
    made.hosts = {"localhost", "[::1]"};
    made.origins = {"https://a.example"};
    return made;
  }();
  return small;
}

struct reading {
  std::vector<raw_request> requests;
  arrival end = arrival::nothing;
  std::string refusal;
  std::size_t continues = 0;
};

// Gives the reader pieces of `size` bytes; 0: all at once.
reading read(std::string_view bytes, std::size_t size) {
  request_reader reader{limits(), std::make_shared<byte_budget>(limits().bodies_max)};
  reading made;
  while (!bytes.empty() && reader.state() != arrival::refused) {
    const std::string_view piece = bytes.substr(0, size == 0 ? bytes.size() : size);
    bytes.remove_prefix(piece.size());
    arrival state = reader.take(piece);
    for (; state == arrival::whole; state = reader.take({})) {
      made.requests.push_back(reader.release());
      made.requests.back().share = {}; // as if it had been answered
    }
    made.continues += reader.wants_continue() ? 1 : 0;
  }
  made.end = reader.state();
  if (made.end == arrival::refused)
    made.refusal = to_response(reader.why()).body;
  return made;
}

void check_same(const reading& one, const reading& other) {
  expect(one.end == other.end && one.refusal == other.refusal, "pieces end alike");
  expect(one.requests.size() == other.requests.size(), "pieces give as many requests");
  for (std::size_t i = 0; i < one.requests.size(); ++i)
    expect(one.requests[i].head == other.requests[i].head
             && one.requests[i].body == other.requests[i].body,
           "pieces give the same requests");
}

// Nothing is lost and nothing is made up: put together again they are what was sent.
void check_framing(std::string_view bytes, const reading& whole) {
  for (const raw_request& each : whole.requests) {
    expect(bytes.starts_with(each.head), "a request begins where the one before ends");
    bytes.remove_prefix(each.head.size());
    expect(bytes.starts_with(each.body), "a body follows its head");
    bytes.remove_prefix(each.body.size());
    expect(each.head.size() <= limits().head_max + 2 && each.head.ends_with("\r\n\r\n"),
           "a head is bounded and ends with an empty line");
    expect(each.body.size() == each.facts.body_size && each.body.size() <= limits().batch_max,
           "a body is as long as was said, and bounded");
    expect(line_of(each.head).target.size() <= limits().target_max, "a target is bounded");
    const auto fields = fields_of(each.head);
    expect(fields.size() <= limits().headers_max, "headers are counted");
    std::size_t lengths = 0;
    for (const header_field& field : fields) {
      expect(!same_word(field.name, "transfer-encoding"), "no body is in chunks");
      lengths += same_word(field.name, "content-length") ? 1 : 0;
    }
    expect(lengths <= 1, "a length is said once");
  }
}

int hex_of(char c) { return c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10; }

std::string decoded(std::string_view text, bool in_query) {
  std::string made;
  for (std::size_t i = 0; i < text.size(); ++i)
    if (text[i] == '%') {
      made += static_cast<char>(hex_of(text[i + 1]) * 16 + hex_of(text[i + 2]));
      i += 2;
    } else {
      made += in_query && text[i] == '+' ? ' ' : text[i];
    }
  return made;
}

using parameters = std::set<std::pair<std::string, std::string>>;

// The parameters as RFC 3986 and HTML forms have them. A set: one that is given twice with one
// value may count once, or twice when the two are written differently.
parameters query_of(std::string_view text) {
  parameters made;
  while (!text.empty()) {
    const std::string_view one = text.substr(0, text.find('&'));
    text.remove_prefix(std::min(one.size() + 1, text.size()));
    const std::size_t equals = std::min(one.find('='), one.size());
    if (equals > 0)
      made.emplace(decoded(one.substr(0, equals), true),
                   equals == one.size() ? "" : decoded(one.substr(equals + 1), true));
  }
  return made;
}

void check_understood(const std::string& head, const request& req) {
  const request_line line = line_of(head);
  const std::size_t mark = std::min(line.target.find('?'), line.target.size());
  expect(req.method == line.method, "the method is the one written");
  expect(req.path == decoded(line.target.substr(0, mark), false), "the path is the one written");
  expect(parameters(req.query.begin(), req.query.end())
           == query_of(mark < line.target.size() ? line.target.substr(mark + 1) : ""),
         "the query is the one written");
  expect(req.headers.size() == fields_of(head).size(), "every header is there");
  for (const char c : req.path)
    expect(static_cast<unsigned char>(c) >= 0x20 && c != 0x7f, "a path has no control characters");
}

// What every route reads of a request before it knows more.
void check_routes(const request& req) {
  (void)check_host(req, limits());
  (void)answer_preflight(req, limits());
  for (const auto& [name, value] : cors_headers(req, limits()))
    expect(value.find_first_of("\r\n") == std::string::npos, "no header is smuggled into answers");
  fault_list faults;
  query_reader query{req, faults};
  expect(query.limit("a", 7) >= 1 && query.limit("a", 7) <= limit_max, "a limit is bounded");
  (void)query.version("a");
  (void)query.duration("a", milliseconds{1}, milliseconds{60'000});
  (void)query.status("a");
  (void)query.flag("a");
  (void)query.saga("a");
  if (const auto at = query.time("a"))
    expect(parse_iso(to_iso(*at)) == at, "a time is printed and read again as the same");
  if (const auto last = query.cursor("a"))
    expect(make_cursor(*last).size() > 10, "a cursor can be given again");
  if (const std::string* body = req.query_value("json"))
    if (const auto value = read_body(*body, 64).value)
      expect(fingerprint("r", *value) == fingerprint("r", json_value::parse(value->dump())),
             "a fingerprint is of the value");
  expect(query.name("a", 20).size() <= 20, "a name is bounded");
  expect(media_type_of(req).size() <= limits().head_max, "a media type is bounded");
  (void)idempotency_key_of(req, faults);
  expect(operator_of(req, faults).size() <= 100, "who gives a command is bounded");
  expect(check_json(to_response(problem_for(faults.as_failure("it"))).body).has_value(),
         "a problem is JSON");
}

} // namespace

void http(std::string_view bytes) {
  static const request_parser parser;
  reading whole = read(bytes, 0);
  check_framing(bytes, whole);
  for (const std::size_t size : {std::size_t{1}, 1 + bytes.size() % 7})
    check_same(whole, read(bytes, size));
  if (whole.end == arrival::refused)
    expect(check_json(whole.refusal).has_value(), "a refusal is JSON");
  for (raw_request& each : whole.requests) {
    const std::string head = each.head;
    const auto req = parser.parse(each);
    if (!req)
      continue; // a method that the library does not know
    check_understood(head, *req);
    check_routes(*req);
  }
}

} // namespace sagas::fuzz
