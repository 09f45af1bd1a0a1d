// State changes as they happen, and the history of one saga with what happens next.
#include <set>
#include <tuple>
#include <utility>

#include "http/api_input.hpp"
#include "http/api_parameters.hpp"
#include "http/codec_step.hpp"

namespace sagas::http {
namespace {

// What a stream begins with: how soon a reader that lost it comes back.
constexpr const char* greeting = "retry: 2000\n\n";

std::optional<feed_position> position_of(const request& req, fault_list& faults) {
  const std::string* text = req.header("last-event-id");
  if (!text || text->empty())
    return std::nullopt;
  const auto at = parse_feed_position(*text);
  if (!at)
    faults.add("Last-Event-ID", "must be the id of an event, such as 12-3");
  return at;
}

// Answers with a stream and has it served; too many streams are a problem, not a broken stream.
void open_stream(api& self, const exchange_ptr& x, watcher who, std::string first) {
  if (self.context.events.full())
    return void(x->respond(refuse({errc::overloaded, "too many live streams are open: close some, "
                                                     "or poll"})));
  who.allowed = standing_of(x->req(), self.context.keys);
  who.to = x->stream("text/event-stream");
  if (!who.to)
    return void(x->respond(refuse({errc::overloaded, "too many live streams are open: close some, "
                                                     "or poll"})));
  const auto stream = who.to;
  if (!stream->write(greeting + std::move(first)))
    return stream->close();
  if (const status served = self.context.events.watch(std::move(who)); !served)
    stream->close();
}

void stream_all(const std::shared_ptr<api>& self, const exchange_ptr& x) {
  fault_list faults;
  query_reader query{x->req(), faults};
  const std::string type = query.name("tipo", 100);
  const auto saga = query.saga("saga_id");
  watcher who;
  who.after = position_of(x->req(), faults);
  if (!faults.empty())
    return void(x->respond(refuse(faults.as_failure("the request"))));
  if (!type.empty() || saga)
    who.wants = [type, saga](const feed_event& what) {
      return (type.empty() || what.type == type) && (!saga || what.saga == *saga);
    };
  open_stream(*self, x, std::move(who), {});
}

bool wants_stream(const request& req) {
  const std::string* accept = req.header("accept");
  return accept && accept->find("text/event-stream") != std::string::npos;
}

// Everything that is known about one saga at one moment.
struct past {
  saga_view saga;
  std::vector<step_view> steps;
  std::vector<history_row> notes;

  std::vector<std::string> history() const { return history_entries(saga.header, steps, notes); }
};

std::string as_array(const std::vector<std::string>& entries) {
  std::string text;
  json_writer json{text};
  json.begin_array();
  for (const std::string& one : entries)
    json.json(one);
  json.end_array();
  return text;
}

// Each entry an event. Only the last has an id, so that who lost some of them gets all again.
std::string as_events(const std::vector<std::string>& entries, const feed_position& at) {
  std::string text;
  for (const std::string& one : entries) {
    if (&one == &entries.back())
      text += "id: " + to_text(at) + "\n";
    text += "event: historia\ndata: " + one + "\n\n";
  }
  return text;
}

result<past> read_past(api& self, const saga_id& id) {
  queries& reads = self.context.reads;
  auto saga = reads.saga(id);
  if (!saga)
    return saga.error();
  if (!*saga)
    return no_such_saga(id);
  auto steps = reads.steps(id);
  if (!steps)
    return steps.error();
  auto notes = reads.history(id);
  if (!notes)
    return notes.error();
  return past{std::move(**saga), std::move(*steps), std::move(*notes)};
}

// The attempts that a history told of, as the feed names them.
using told_attempts = std::set<std::tuple<std::string, operation, std::uint32_t, std::string>>;

told_attempts attempts_in(const std::vector<step_view>& steps) {
  told_attempts told;
  for (const step_view& step : steps) {
    const bool forward = step.row.op == operation::action;
    told.emplace(step.name, step.row.op, step.row.attempt,
                 to_text(forward ? step_status::running : step_status::compensating));
    told.emplace(step.name, step.row.op, step.row.attempt, to_text(step.row.status));
  }
  return told;
}

// The watcher of one saga: behind its history, which was read after the position was taken, or
// behind the event that the reader saw last.
watcher watcher_of(const past& known, std::optional<feed_position> resumed, feed_position before,
                   const feed_position& newest) {
  const saga_header& saga = known.saga.header;
  watcher who;
  who.after = resumed.value_or(before);
  who.saga = saga.id;
  if (is_terminal(saga.status))
    who.until = watcher::ending{newest, to_text(saga.status)};
  // What was committed while the history was read would come once more: it is left out.
  const auto told = std::make_shared<const told_attempts>(resumed ? told_attempts{}
                                                                  : attempts_in(known.steps));
  const bool ended = is_terminal(saga.status) && !resumed;
  who.wants = [id = saga.id, told, ended](const feed_event& what) {
    if (what.saga != id)
      return false;
    if (what.step.empty())
      return !ended;
    return !told->contains({what.step, what.op, what.attempt, what.status});
  };
  return who;
}

void stream_saga(api& self, const exchange_ptr& x, const saga_id& id) {
  fault_list faults;
  const auto resumed = position_of(x->req(), faults);
  if (!faults.empty())
    return void(x->respond(refuse(faults.as_failure("the request"))));
  const auto before = self.context.events.newest();
  if (!before)
    return void(x->respond(refuse(before.error())));
  const auto known = read_past(self, id);
  if (!known)
    return void(x->respond(refuse(known.error())));
  const auto newest = self.context.events.newest();
  if (!newest)
    return void(x->respond(refuse(newest.error())));
  std::string first;
  if (!resumed)
    first = as_events(known->history(), *before);
  open_stream(self, x, watcher_of(*known, resumed, *before, *newest), std::move(first));
}

void show_events(const std::shared_ptr<api>& self, const exchange_ptr& x) {
  const auto id = saga_in_path(x->req());
  if (!id)
    return void(x->respond(refuse(id.error())));
  if (wants_stream(x->req()))
    return stream_saga(*self, x, *id);
  const auto known = read_past(*self, *id);
  x->respond(known ? response{.body = as_array(known->history())} : refuse(known.error()));
}

} // namespace

void add_live_endpoints(std::vector<endpoint>& to) {
  to.push_back(
    {.method = "GET",
     .path = "/api/v1/sagas/{saga_id}/eventos",
     .id = "verEventos",
     .needs = scope::read,
     .tag = "Eventos",
     .summary = "The history of a saga. As a stream: first the history, an `event: historia` each, "
                "then every change as it happens, until the saga has ended (`event: fin`).",
     .parameters = {last_event_parameter()},
     .answers = {{.description = "The history.", .schema = "Suceso", .many = true},
                 {200, "The same, live.", "", "text/event-stream"}},
     .problems = read_problems({problem_type::not_found, problem_type::overloaded}),
     .handle = show_events});
  to.push_back(
    {.method = "GET",
     .path = "/api/v1/eventos",
     .id = "eventos",
     .needs = scope::read,
     .tag = "Eventos",
     .summary = "Every state change as it is committed: `event: saga` or `event: paso`, "
                "with a `Cambio` as data. Resumable without loss by Last-Event-ID.",
     .parameters = {type_parameter(), id_parameter("saga_id", "Only changes of this saga."),
                    last_event_parameter()},
     .answers = {{200, "The stream.", "Cambio", "text/event-stream"}},
     .problems = read_problems({problem_type::overloaded}),
     .handle = stream_all});
}

} // namespace sagas::http
