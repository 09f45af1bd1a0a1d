// What a participant answers: taken in within bounds wherever its pieces end, and understood as
// docs/participants.md says, whatever it is.
#include <algorithm>

#include "http/api_order.hpp"
#include "http/participant/answer_reader.hpp"
#include "http/participant/callback.hpp"
#include "http/participant/status_pages.hpp"
#include "http/participant/web_participant.hpp"
#include "saga/definition_json.hpp"
#include "saga/json_text.hpp"
#include "saga/text.hpp"
#include "tests/fuzz/targets.hpp"

namespace sagas::fuzz {
namespace {

using namespace sagas::http;

const timestamp now{std::chrono::sys_days{std::chrono::year{2026} / 1 / 2}};
const std::string called = "http://pagos.example:8080/api/cobrar?x=1";
constexpr std::size_t told_max = 1'100; // what the participant says, and a few words of our own

const call& some_call() {
  static const call made = [] {
    call of;
    of.saga = first_id_at(now);
    of.plan = *parse_definition(
      R"({"tipo":"t","pasos":[{"nombre":"cobrar:ya","microservicio":"pagos","compensacion":"no"}]})");
    of.request = {0, operation::action, 2, document{R"({"monto":5})"}};
    of.deadline = now + milliseconds{3'000};
    return of;
  }();
  return made;
}

struct arrived {
  int status = 0;
  std::optional<web_answer> answer; // none: too large
};

// The status in three digits, lines up to an empty one, and the body in pieces of `size` bytes; 0:
// all at once.
arrived read(std::string_view bytes, std::size_t size) {
  arrived made;
  for (std::size_t i = 0; i < 3 && !bytes.empty() && bytes[0] >= '0' && bytes[0] <= '9'; ++i) {
    made.status = made.status * 10 + (bytes[0] - '0');
    bytes.remove_prefix(1);
  }
  answer_reader reader;
  for (bool in_head = true; in_head && !bytes.empty();) {
    const std::string_view line = bytes.substr(0, std::min(bytes.find('\n'), bytes.size() - 1) + 1);
    bytes.remove_prefix(line.size());
    if (!reader.take_line(line))
      return made;
    in_head = line != "\n" && line != "\r\n";
  }
  while (!bytes.empty()) {
    const std::string_view piece = bytes.substr(0, size == 0 ? bytes.size() : size);
    bytes.remove_prefix(piece.size());
    if (!reader.take_body(piece))
      return made;
  }
  made.answer = std::move(reader).finish(made.status);
  return made;
}

void check_kind(const outcome& what, const web_answer& said) {
  using enum outcome_kind;
  const bool good = said.status >= 200 && said.status < 300;
  expect(what.kind != done || good, "only 2xx is done");
  expect((what.kind == business_failure) == (said.status == 409), "just 409 is a refusal");
  expect((what.kind == still_running) == (said.status == 425), "just 425 is still running");
  expect(what.kind != technical_failure, "what was answered was sent");
  if (what.kind == done)
    expect(check_json(what.output.text()).has_value(), "an output is JSON");
  else
    expect(what.output.empty(), "only what is done has an output");
  if (what.kind == still_running)
    expect(what.ask_at && *what.ask_at >= now + milliseconds{100}
             && *what.ask_at <= now + std::chrono::hours{24},
           "asked again within a day, and not at once");
}

void check_texts(const outcome& what) {
  for (const std::string* text : {&what.code, &what.reason})
    expect(text->size() <= told_max && repair_utf8(*text) == *text, "what it tells is short UTF-8");
}

// A page is asked with our secrets in the headers: it must be where the call went.
void check_page(const web_answer& said) {
  const auto page = page_of(called, said.location);
  if (!page)
    return;
  constexpr std::string_view origin = "http://pagos.example:8080";
  expect(page->starts_with(origin) && page->size() > origin.size()
           && ((*page)[origin.size()] == '/' || (*page)[origin.size()] == '?'),
         "a page is of the service that was called");
  expect(
    std::all_of(page->begin(), page->end(), [](unsigned char c) { return c > 0x20 && c != 0x7F; }),
    "a page holds no spaces");
  expect(page_of(called, *page) == page, "a page is whole");
}

void check_reported(const web_answer& said) {
  if (const auto body = parse_json(said.body, answer_body_max)) {
    fault_list faults;
    const outcome told = read_report(*body, faults);
    check_texts(told);
    expect(told.kind != outcome_kind::done || check_json(told.output.text()).has_value(),
           "a reported output is JSON");
  }
  const std::string key(32, 'k');
  const saga_id id = some_call().saga;
  const bool right = said.location == callback_token(key, id, "cobrar:ya", operation::action);
  expect(is_callback_token(said.location, key, id, "cobrar:ya", operation::action) == right,
         "only the token is taken for it");
}

// An operator's file, as long as we are at it: what is accepted makes calls without line breaks.
void check_settings(const web_answer& said) {
  const auto file = parse_web_participants(
    said.body, [](std::string_view) { return std::optional<std::string>{std::string(40, 's')}; });
  if (!file)
    return;
  for (const web_participant_settings& each : file->participants) {
    const web_request made = request_for(each, some_call(), now);
    expect(made.url.starts_with("http://") || made.url.starts_with("https://"), "a URL of the web");
    for (const std::string& header : made.headers)
      expect(header.find_first_of("\r\n") == std::string::npos, "no line break in a header");
  }
}

} // namespace

void participant(std::string_view bytes) {
  const arrived whole = read(bytes, 0);
  const arrived split = read(bytes, 1 + bytes.size() % 5);
  expect(whole.answer.has_value() == split.answer.has_value(), "pieces are taken alike");
  if (!whole.answer)
    return;
  const web_answer& said = *whole.answer;
  expect(said.body == split.answer->body && said.body.size() <= answer_body_max,
         "a body is whole and bounded");
  expect(said.location.size() + said.retry_after.size() <= answer_head_max, "a head is bounded");
  const outcome what = outcome_of(some_call(), said, now);
  check_kind(what, said);
  check_texts(what);
  check_page(said);
  check_reported(said);
  check_settings(said);
}

} // namespace sagas::fuzz
