#include "http/server/request_parser.hpp"

#include <algorithm>
#include <cstring>

#include <httplib.h>

namespace sagas::http {
namespace {

// Gives the library bytes from memory, and forgets what it writes: it would answer at once, we
// answer when there is an answer.
class memory_stream final : public httplib::Stream {
public:
  explicit memory_stream(std::string_view bytes) : rest_(bytes) {}

  bool is_readable() const override { return !rest_.empty(); }
  bool is_writable() const override { return true; }
  ssize_t read(char* to, std::size_t size) override {
    const std::size_t taken = std::min(size, rest_.size());
    std::memcpy(to, rest_.data(), taken);
    rest_.remove_prefix(taken);
    return static_cast<ssize_t>(taken);
  }
  ssize_t write(const char*, std::size_t size) override { return static_cast<ssize_t>(size); }
  void get_remote_ip_and_port(std::string&, int&) const override {}
  void get_local_ip_and_port(std::string&, int&) const override {}
  socket_t socket() const override { return 0; }

private:
  std::string_view rest_;
};

void append_parameter(std::string& to, std::string_view one) {
  const std::size_t equals = one.find('=');
  for (std::size_t i = 0; i < one.size(); ++i)
    if (one[i] == '?')
      to += "%3F";
    else if (one[i] == '=' && i != equals)
      to += "%3D";
    else
      to += one[i];
}

// What the library is given: the request line alone. It would percent-decode the headers' values;
// and in a query it would lose what follows a second '?', or the second '=' of a parameter, and
// take the value of one without a name for the name.
std::string line_for_library(const request_line& line) {
  std::string text{line.method};
  text += ' ';
  const std::size_t mark = std::min(line.target.find('?'), line.target.size());
  text += line.target.substr(0, mark);
  std::string_view rest = line.target.substr(mark);
  for (char before = '?'; !rest.empty(); before = '&') {
    rest.remove_prefix(1);
    const std::string_view one = rest.substr(0, rest.find('&'));
    rest.remove_prefix(one.size());
    text += before;
    if (!one.starts_with('='))
      append_parameter(text, one);
  }
  return text + " HTTP/1.1\r\n\r\n";
}

std::multimap<std::string, std::string> headers_of(std::string_view head) {
  std::multimap<std::string, std::string> headers;
  for (const header_field& field : fields_of(head)) {
    std::string name{field.name};
    for (char& c : name)
      c = c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
    headers.emplace(std::move(name), field.value);
  }
  return headers;
}

} // namespace

class request_parser::library final : httplib::Server {
public:
  library() {
    // Whatever it is: parsed is all that we want of the library.
    set_pre_routing_handler(
      [](const httplib::Request&, httplib::Response&) { return HandlerResponse::Handled; });
  }

  bool parse(std::string_view line, request& to) {
    bool parsed = false;
    memory_stream stream{line};
    process(*this, stream, [&](httplib::Request& from) {
      to.method = std::move(from.method);
      to.path = std::move(from.path);
      to.query = std::move(from.params);
      parsed = true;
    });
    return parsed;
  }

private:
  // Later versions want to be told the addresses, too.
  template <class Self>
  static void process(Self& self, httplib::Stream& stream,
                      const std::function<void(httplib::Request&)>& parsed) {
    bool closed = false;
    if constexpr (requires { self.process_request(stream, true, closed, parsed); })
      self.process_request(stream, true, closed, parsed);
    else
      self.process_request(stream, std::string{}, 0, std::string{}, 0, true, closed, parsed);
  }
};

request_parser::request_parser() : library_(std::make_unique<library>()) {}
request_parser::~request_parser() = default;

std::optional<request> request_parser::parse(raw_request& from) const {
  request req;
  if (!library_->parse(line_for_library(line_of(from.head)), req))
    return std::nullopt;
  req.headers = headers_of(from.head);
  from.head = {}; // an answer may be owed for long
  req.body = std::move(from.body);
  return req;
}

} // namespace sagas::http
