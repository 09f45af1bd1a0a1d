#include "tests/simulation/watched_store.hpp"

#include <algorithm>
#include <iterator>

#include "saga/assert.hpp"

namespace sagas::sim {
namespace {

constexpr const char* gone = "the process is gone";

bool is_poisoned(const changes& what) {
  return std::any_of(what.steps.begin(), what.steps.end(),
                     [](const step_row& row) { return row.output.text() == poison; });
}

bool is_same(const saga_version& a, const saga_version& b) {
  saga_header header = a.rows.header;
  header.recoveries = b.rows.header.recoveries; // counted outside of transitions
  return header == b.rows.header && a.rows.steps == b.rows.steps && a.history == b.history;
}

std::string describe(const saga_version& now, const std::optional<saga_version>& before) {
  std::string text = "    " + to_text(now.rows.header.id).substr(24) + " "
                     + to_text(now.rows.header.status);
  for (std::size_t i = 0; i < now.rows.steps.size(); ++i) {
    const step_row& row = now.rows.steps[i];
    if (before && i < before->rows.steps.size() && before->rows.steps[i] == row)
      continue;
    text += "; p" + std::to_string(row.step) + " " + to_text(row.op) + " "
            + std::to_string(row.attempt) + " " + to_text(row.status);
    if (row.kind)
      text += std::string{" "} + to_text(*row.kind);
  }
  return text;
}

} // namespace

std::optional<saga_version> read_saga(store& from, queries& reader, const saga_id& id) {
  auto rows = from.find(id);
  auto notes = reader.history(id);
  SAGAS_ASSERT(rows && notes);
  if (!*rows)
    return std::nullopt;
  saga_version read;
  read.epoch = from.epoch();
  read.rows = std::move(**rows);
  read.history = std::move(*notes);
  return read;
}

watched_store::watched_store(watched_parts from)
  : on_(from.on), all_(from.all), whose_(std::move(from.whose)), inner_(std::move(from.inner)) {}

result<batch_result> watched_store::write(std::span<const changes> batch, timestamp now) {
  return inner_->commit(batch, now);
}

failure watched_store::nobody_knows() {
  on_.seen.doubts.push_back(on_.tick());
  return {errc::unknown_outcome, "provoked"};
}

commit_fault watched_store::draw_fault(std::size_t transitions) {
  if (!on_.strikes(on_.with.commit_fails))
    return commit_fault::none;
  const auto fault = static_cast<commit_fault>(1 + on_.choose.below(6));
  const bool cut = fault == commit_fault::crash_before || fault == commit_fault::crash_after;
  const bool unknown = fault == commit_fault::unknown_before
                       || fault == commit_fault::unknown_after;
  const bool after = fault == commit_fault::crash_after || fault == commit_fault::unknown_after;
  whose_->over = cut;
  on_.reached["commits cut"] += cut;
  on_.reached["unknown commits"] += unknown;
  on_.reached["failed commits"] += !cut && !unknown;
  on_.say("  commit of " + std::to_string(transitions) + (cut ? ": crash " : ": fails ")
          + (after ? "after the write" : "before the write"));
  return fault;
}

result<batch_result> watched_store::commit(std::span<const changes> batch, timestamp now) {
  if (whose_->over)
    return {errc::unavailable, gone};
  const commit_fault fault = draw_fault(batch.size());
  switch (fault) {
  case commit_fault::unavailable: return {errc::unavailable, "provoked"};
  case commit_fault::fatal: return {errc::fatal, "provoked"};
  case commit_fault::unknown_before:
  case commit_fault::crash_before: return nobody_knows();
  case commit_fault::none:
  case commit_fault::unknown_after:
  case commit_fault::crash_after: break;
  }
  result<batch_result> done = write_all_but_poison(batch, now);
  read_back(batch);
  if (fault != commit_fault::none)
    return nobody_knows();
  if (on_.strikes(on_.with.store_is_slow))
    whose_->meanwhile();
  if (whose_->over)
    return nobody_knows();
  tell(done);
  return done;
}

// As a real store isolates the transition that it can't take.
result<batch_result> watched_store::write_all_but_poison(std::span<const changes> batch,
                                                         timestamp now) {
  std::vector<changes> sound;
  std::copy_if(batch.begin(), batch.end(), std::back_inserter(sound),
               [](const changes& each) { return !is_poisoned(each); });
  if (sound.size() == batch.size())
    return write(batch, now);
  auto done = write(sound, now);
  if (!done)
    return done;
  batch_result all{.acks = {}, .events = std::move(done->events)};
  auto written = done->acks.begin();
  for (const changes& each : batch)
    all.acks.push_back(is_poisoned(each)
                         ? commit_ack{commit_ack::verdict::rejected, {}, false, "poison"}
                         : *written++);
  on_.reached["poison"] += batch.size() - sound.size();
  return all;
}

void watched_store::tell(const result<batch_result>& done) {
  if (!done) {
    on_.reached["fenced"] += done.error().code == errc::fenced;
    return on_.say("  commit fails: " + done.error().message);
  }
  for (const commit_ack& ack : done->acks)
    if (ack.what == commit_ack::verdict::rejected)
      on_.say("    rejected: " + ack.error);
  if (done->events.events.empty())
    return;
  auto& told = on_.seen.acknowledged;
  on_.reached["overtaken"] += !told.empty() && told.back().node == whose_->node
                              && told.back().number > done->events.batch;
  told.push_back({on_.tick(), whose_->node, done->events.batch});
}

void watched_store::read_back(std::span<const changes> batch) {
  for (const changes& each : batch) {
    auto now = read_saga(*inner_, *all_.reader, each.id);
    const auto before = all_.last.find(each.id);
    if (!now || (before != all_.last.end() && is_same(*now, before->second)))
      continue;
    now->when = on_.tick();
    now->at = on_.now;
    on_.say(
      describe(*now, before == all_.last.end() ? std::optional<saga_version>{} : before->second));
    all_.last.insert_or_assign(each.id, *now);
    on_.seen.versions.push_back(std::move(*now));
  }
}

std::optional<failure> watched_store::reading_fault() {
  if (whose_->over)
    return failure{errc::unavailable, gone};
  if (on_.strikes(on_.with.reading_fails))
    return failure{errc::unavailable, "provoked"};
  return std::nullopt;
}

// What was read may be old when it arrives.
template <class Value>
Value watched_store::slowly(Value read) {
  if (on_.strikes(on_.with.store_is_slow))
    whose_->meanwhile();
  if (whose_->over)
    return failure{errc::unavailable, gone};
  return read;
}

result<std::vector<stored_saga>> watched_store::unfinished(const unfinished_query& what) {
  if (const auto fault = reading_fault())
    return *fault;
  return slowly(inner_->unfinished(what));
}

result<std::optional<stored_saga>> watched_store::find(const saga_id& id) {
  if (const auto fault = reading_fault())
    return *fault;
  return slowly(inner_->find(id));
}

status watched_store::count_recovery(std::span<const saga_id> ids) {
  if (const auto fault = reading_fault())
    return *fault;
  const status counted = inner_->count_recovery(ids);
  for (const saga_id& id : ids)
    if (counted)
      on_.seen.recovered.push_back({whose_->node, id});
  return counted;
}

status watched_store::settle_recovery(std::span<const saga_id> ids) {
  if (const auto fault = reading_fault())
    return *fault;
  return inner_->settle_recovery(ids);
}

status watched_store::save_definition(const stored_definition& what) {
  if (const auto fault = reading_fault())
    return *fault;
  return inner_->save_definition(what);
}

result<std::vector<stored_definition>> watched_store::definitions() {
  if (const auto fault = reading_fault())
    return *fault;
  return inner_->definitions();
}

result<std::size_t> watched_store::remove(std::span<const saga_id> ids, timestamp ended_before) {
  return inner_->remove(ids, ended_before);
}

status watched_store::keep(std::span<const kept_change> what) { return inner_->keep(what); }

result<reseal_report> watched_store::reseal(std::size_t sagas_max) {
  return inner_->reseal(sagas_max);
}

} // namespace sagas::sim
