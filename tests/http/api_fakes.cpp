#include "api_fakes.hpp"

#include <algorithm>

#include "http/router.hpp"
#include "saga/builtin.hpp"
#include "support/catch.hpp"

namespace sagas::http::testing {

bool fake_stream::write(std::string chunk) {
  const std::lock_guard lock{guard_};
  if (closed_ || chunk.size() > room_)
    return false;
  text_ += chunk;
  change_.notify_all();
  return true;
}

std::size_t fake_stream::room() const {
  const std::lock_guard lock{guard_};
  return room_;
}

void fake_stream::close() {
  const std::lock_guard lock{guard_};
  closed_ = true;
  change_.notify_all();
}

std::string fake_stream::text() const {
  const std::lock_guard lock{guard_};
  return text_;
}

bool fake_stream::closed() const {
  const std::lock_guard lock{guard_};
  return closed_;
}

bool fake_stream::wait_closed() const {
  std::unique_lock lock{guard_};
  return change_.wait_for(lock, patience, [this] { return closed_; });
}

bool fake_stream::wait_for(const std::string& what) const {
  std::unique_lock lock{guard_};
  return change_.wait_for(lock, patience, [&] { return text_.find(what) != std::string::npos; });
}

void fake_stream::set_room(std::size_t bytes) {
  const std::lock_guard lock{guard_};
  room_ = bytes;
}

bool fake_exchange::respond(response what) {
  const std::lock_guard lock{guard_};
  if (answer_)
    return false;
  answer_ = std::move(what);
  change_.notify_all();
  return true;
}

void fake_exchange::respond_within(milliseconds limit, std::function<response()> late) {
  const std::lock_guard lock{guard_};
  limit_ = limit;
  late_ = std::move(late);
}

std::shared_ptr<event_stream> fake_exchange::stream(std::string content_type) {
  if (refuse_stream || content_type != "text/event-stream")
    return nullptr;
  streamed = std::make_shared<fake_stream>();
  return streamed;
}

response fake_exchange::answer() const {
  std::unique_lock lock{guard_};
  if (!change_.wait_for(lock, patience, [this] { return answer_.has_value(); }))
    FAIL("no answer to " << req_.method << " " << req_.path);
  return *answer_;
}

bool fake_exchange::answered() const {
  const std::lock_guard lock{guard_};
  return answer_.has_value();
}

void fake_exchange::time_out() { respond(late_()); }

std::optional<milliseconds> fake_exchange::limit() const {
  const std::lock_guard lock{guard_};
  return limit_;
}

void fake_engine::start(start_request what, started_callback on_started, ended_callback on_ended) {
  starts.push_back({what, on_started, on_ended});
  const auto outcome = on_start ? on_start(what)
                                : result<started>{started{id_of(static_cast<int>(starts.size()))}};
  if (outcome)
    on_started(*outcome);
}

void fake_engine::command(const saga_id& id, saga_command what, command_callback done) {
  commands.emplace_back(id, std::move(what));
  done(command_outcome);
}

void fake_engine::register_definition(definition_ptr what, std::function<void(status)> done) {
  registered.push_back(std::move(what));
  done(register_outcome);
}

template <class T>
result<T> fake_queries::unless_broken(T value) {
  if (broken)
    return *broken;
  return value;
}

void fake_engine::remove(std::vector<saga_id> ids, timestamp, removed_callback done) {
  removed = std::move(ids);
  done(remove_outcome);
}

void fake_engine::keep(std::vector<kept_change> what, std::function<void(status)> done) {
  kept.insert(kept.end(), std::make_move_iterator(what.begin()),
              std::make_move_iterator(what.end()));
  done(keep_outcome);
}

result<std::vector<kept_document>> fake_queries::kept(const kept_query& what) {
  const std::lock_guard lock{guard};
  std::vector<kept_document> found;
  for (const kept_document& each : documents)
    if (each.kind == what.kind && each.name > what.after
        && (what.before.empty() || each.name < what.before) && found.size() < what.limit)
      found.push_back(each);
  return unless_broken(found);
}

result<std::optional<saga_id>> fake_queries::started_with(const std::string& key) {
  const std::lock_guard lock{guard};
  const auto found = keys.find(key);
  return unless_broken(found == keys.end() ? std::optional<saga_id>{} : found->second);
}

result<std::optional<kept_document>> fake_queries::kept_one(const std::string& kind,
                                                            const std::string& name) {
  const std::lock_guard lock{guard};
  for (const kept_document& each : documents)
    if (each.kind == kind && each.name == name)
      return unless_broken(std::optional{each});
  return unless_broken(std::optional<kept_document>{});
}

result<std::optional<saga_view>> fake_queries::saga(const saga_id& id) {
  if (on_saga_read)
    on_saga_read();
  const std::lock_guard lock{guard};
  const auto found = sagas.find(id);
  return unless_broken(found == sagas.end() ? std::optional<saga_view>{} : found->second);
}

result<std::optional<saga_status>> fake_queries::status_of(const saga_id& id) {
  const std::lock_guard lock{guard};
  const auto found = sagas.find(id);
  return unless_broken(found == sagas.end() ? std::optional<saga_status>{}
                                            : found->second.header.status);
}

result<std::vector<step_view>> fake_queries::steps(const saga_id& id) {
  const std::lock_guard lock{guard};
  return unless_broken(rows[id]);
}

result<std::vector<history_row>> fake_queries::history(const saga_id& id) {
  const std::lock_guard lock{guard};
  return unless_broken(notes[id]);
}

result<queries::active_page> fake_queries::active(std::size_t limit) {
  const std::lock_guard lock{guard};
  active_page page;
  for (auto at = sagas.rbegin(); at != sagas.rend(); ++at)
    if (!is_terminal(at->second.header.status) && ++page.total <= limit)
      page.sagas.push_back(at->second);
  return unless_broken(std::move(page));
}

result<queries::search_page> fake_queries::search(const saga_filter& what) {
  const std::lock_guard lock{guard};
  searched = what;
  search_page page;
  for (auto at = sagas.rbegin(); at != sagas.rend() && !page.next; ++at) {
    if (what.before && at->first >= *what.before)
      continue;
    if (page.sagas.size() == what.limit)
      page.next = page.sagas.back().header.id;
    else
      page.sagas.push_back(at->second);
  }
  return unless_broken(std::move(page));
}

// The failed attempts that a test has put there are what it is parked at.
result<queries::parked_page> fake_queries::parked(const saga_filter& what) {
  const std::lock_guard lock{guard};
  searched = what;
  parked_page page;
  for (auto at = sagas.rbegin(); at != sagas.rend() && !page.next; ++at) {
    const saga_header& header = at->second.header;
    if (header.status != saga_status::parked || (what.before && at->first >= *what.before)
        || (!what.type.empty() && header.type != what.type))
      continue;
    if (page.sagas.size() == what.limit) {
      page.next = page.sagas.back().saga.header.id;
      break;
    }
    parked_view& view = page.sagas.emplace_back();
    view.saga = at->second;
    for (const step_view& row : rows[at->first])
      if (row.row.status == step_status::failed)
        view.at.push_back(row);
  }
  return unless_broken(std::move(page));
}

result<std::optional<stored_saga>> fake_queries::stored(const saga_id& id) {
  const std::lock_guard lock{guard};
  std::optional<stored_saga> found;
  if (const auto saga = sagas.find(id); saga != sagas.end()) {
    found = stored_saga{saga->second.header, {}};
    for (const step_view& row : rows[id])
      found->steps.push_back(row.row);
  }
  return unless_broken(std::move(found));
}

result<queries::ended_page> fake_queries::ended(timestamp, std::optional<saga_id>, std::size_t) {
  return unless_broken(ended_page{});
}

result<statistics> fake_queries::stats(std::optional<timestamp>, std::optional<timestamp>,
                                       timestamp) {
  const std::lock_guard lock{guard};
  return unless_broken(figures);
}

result<std::vector<campaign_view>> fake_queries::campaigns(std::optional<saga_id> before,
                                                           std::size_t limit) {
  const std::lock_guard lock{guard};
  std::vector<campaign_view> found;
  for (const campaign_view& one : campaign_list)
    if ((!before || one.saga.header.id < *before) && found.size() < limit)
      found.push_back(one);
  return unless_broken(std::move(found));
}

result<std::optional<campaign_view>> fake_queries::campaign(const std::string& campaign_id) {
  const std::lock_guard lock{guard};
  std::optional<campaign_view> found;
  for (const campaign_view& one : campaign_list)
    if (one.campaign_id == campaign_id)
      found = one;
  return unless_broken(std::move(found));
}

result<std::vector<feed_batch>> fake_queries::events_after(const feed_position& after,
                                                           std::size_t events_max) {
  const std::lock_guard lock{guard};
  ++feed_reads;
  std::vector<feed_batch> page;
  std::size_t events = 0;
  for (const feed_batch& batch : feed) {
    const auto size = static_cast<std::uint32_t>(batch.events.size());
    if (size == 0 || feed_position{batch.batch, size - 1} <= after || events >= events_max)
      continue;
    page.push_back(batch);
    events += size;
  }
  return unless_broken(std::move(page));
}

result<feed_position> fake_queries::last_event() {
  const std::lock_guard lock{guard};
  feed_position last;
  for (const feed_batch& batch : feed)
    if (!batch.events.empty())
      last = {batch.batch, static_cast<std::uint32_t>(batch.events.size() - 1)};
  return unless_broken(last);
}

status fake_queries::ping() {
  const std::lock_guard lock{guard};
  return unless_broken(nothing{});
}

void fake_queries::store(feed_batch batch) {
  const std::lock_guard lock{guard};
  feed.push_back(std::move(batch));
}

void silent_log::write(log_level, std::string_view message,
                       std::initializer_list<log_field> fields) {
  const std::lock_guard lock{guard_};
  text_ += message;
  for (const log_field& field : fields)
    text_.append(" ").append(field.key).append("=").append(field.value);
  text_ += "\n";
}

bool silent_log::says(const std::string& what) const {
  const std::lock_guard lock{guard_};
  return text_.find(what) != std::string::npos;
}

world::world(bool injection, live_options live, key_source keys, redaction hides)
  : events(reads, log, live) {
  now = at("2026-01-31T09:08:07.123Z");
  for (const definition_ptr& plan : builtin_definitions())
    definitions.add(plan);
  routes = make_routes({.engine = engine,
                        .reads = reads,
                        .definitions = definitions,
                        .events = events,
                        .log = log,
                        .clock = [this] { return now; },
                        .metrics_text = [] { return std::string{"sagas_up 1\n"}; },
                        .limits = {},
                        .injection_allowed = injection,
                        .version = "9.9.9",
                        .hides = std::move(hides),
                        .keys = std::move(keys),
                        .callback_key = callback_key,
                        .desk = &desk,
                        .subscriptions = &subscriptions,
                        .schedules = &schedules});
}

std::shared_ptr<fake_exchange> world::send(const std::string& method, const std::string& path,
                                           call_options with) {
  request req{.method = method,
              .path = path,
              .captures = {},
              .query = std::move(with.query),
              .headers = std::move(with.headers),
              .body = std::move(with.body)};
  if (!req.headers.contains("content-type"))
    req.headers.emplace("content-type", "application/json");
  for (const route& one : routes) {
    auto captures = match_path(one.path, path);
    if (one.method != method || !captures)
      continue;
    req.captures = std::move(*captures);
    const auto x = std::make_shared<fake_exchange>(std::move(req));
    one.handle(x);
    return x;
  }
  FAIL("no route for " << method << " " << path);
  return nullptr;
}

response world::get(const std::string& path, std::multimap<std::string, std::string> query) {
  return send("GET", path, {.query = std::move(query)})->answer();
}

response world::post(const std::string& path, const std::string& body,
                     std::multimap<std::string, std::string> headers) {
  return send("POST", path, {.body = body, .headers = std::move(headers)})->answer();
}

std::vector<std::string> pointers_of(const response& answer) {
  std::vector<std::string> found;
  for (const json& fault : json::parse(answer.body).value("errores", json::array()))
    found.push_back(fault["pointer"]);
  return found;
}

} // namespace sagas::http::testing
