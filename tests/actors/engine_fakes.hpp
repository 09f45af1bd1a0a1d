// Fakes of the ports that the engine is given: they count, keep and do as they are told.
#pragma once

#include <atomic>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "saga/feed.hpp"
#include "saga/log.hpp"
#include "saga/participant.hpp"
#include "saga/store.hpp"
#include "saga/telemetry.hpp"

namespace sagas {

class fake_feed final : public feed_sink {
public:
  void publish(std::shared_ptr<const feed_batch> batch) override {
    const std::lock_guard lock{guard_};
    batches.push_back(std::move(batch));
  }
  std::vector<std::shared_ptr<const feed_batch>> batches;

private:
  std::mutex guard_;
};

class fake_telemetry final : public telemetry {
public:
  void saga_started(std::string_view) override { ++started; }
  void saga_ended(std::string_view, saga_status, seconds) override { ++ended; }
  void saga_parked(std::string_view) override { ++parked; }
  void attempt_ended(std::string_view, operation, outcome_kind, seconds) override {
    ++attempts;
    if (throws_left > 0) {
      --throws_left;
      throw std::runtime_error{"a figure that can't be counted"};
    }
  }
  void outcome_ignored() override { ++ignored; }
  void batch_committed(std::size_t, std::size_t size, seconds) override {
    const std::lock_guard lock{guard_};
    batches.push_back(size);
  }
  void batch_failed(std::size_t) override { ++failed_batches; }
  void store_available(std::size_t writer, bool is) override {
    const std::lock_guard lock{guard_};
    available[writer] = is;
  }
  void start_refused() override { ++refused; }
  void recovered(std::size_t sagas) override {
    const std::lock_guard lock{guard_};
    if (sagas > 0)
      pages.push_back(sagas);
  }
  void removed(std::size_t sagas) override { removed_sagas += sagas; }
  void in_flight(std::uint64_t, std::uint64_t) override {}

  std::atomic<int> started{0}, ended{0}, parked{0}, attempts{0}, ignored{0}, failed_batches{0},
    refused{0}, throws_left{0};
  std::atomic<std::size_t> removed_sagas{0};
  std::vector<std::size_t> batches;      ///< the size of each commit
  std::vector<std::size_t> pages;        ///< of recovery
  std::map<std::size_t, bool> available; ///< by writer, as last told

private:
  std::mutex guard_;
};

class fake_log final : public logger {
public:
  bool enabled(log_level) const override { return true; }
  void write(log_level level, std::string_view message, std::initializer_list<log_field>) override {
    const std::lock_guard lock{guard_};
    lines.emplace_back(level, message);
  }
  std::size_t count(log_level level) {
    const std::lock_guard lock{guard_};
    std::size_t found = 0;
    for (const auto& [of, text] : lines)
      found += of == level;
    return found;
  }
  std::vector<std::pair<log_level, std::string>> lines;

private:
  std::mutex guard_;
};

/// Keeps what it is asked, and answers at once what `behave` says; with nothing, `answers` keeps
/// the way to answer later.
class fake_participant final : public participant {
public:
  void invoke(const call& what, answer reply) override {
    calls.push_back(what);
    if (auto said = behave(what))
      reply(std::move(*said));
    else
      answers.push_back(std::move(reply));
  }
  /// "name", or "-name" for an undo, of every call in order.
  std::string told() const {
    std::string text;
    for (const call& what : calls) {
      text += text.empty() ? "" : " ";
      text += what.request.op == operation::action ? "" : "-";
      text += what.step().name;
    }
    return text;
  }
  std::vector<call> calls;
  std::deque<answer> answers;
  std::function<std::optional<outcome>(const call&)> behave;
};

/// A store that may be made to say something else than the one behind it.
class told_store final : public store {
public:
  using saying = std::function<std::optional<result<batch_result>>(
    store& behind, std::span<const changes> batch, timestamp now)>;
  /// @param read called when a page has been read, before it is answered
  told_store(std::unique_ptr<store> behind, const saying* instead,
             const std::function<void()>* read)
    : behind_(std::move(behind)), instead_(instead), read_(read) {}

  std::uint64_t epoch() const override { return behind_->epoch(); }
  result<batch_result> commit(std::span<const changes> batch, timestamp now) override {
    if (const saying instead = *instead_) // a copy: it may replace itself
      if (auto said = instead(*behind_, batch, now))
        return std::move(*said);
    return behind_->commit(batch, now);
  }
  result<std::vector<stored_saga>> unfinished(const unfinished_query& what) override {
    auto page = behind_->unfinished(what);
    if (const std::function<void()> told = *read_) // a copy, again
      told();
    return page;
  }
  result<std::optional<stored_saga>> find(const saga_id& id) override { return behind_->find(id); }
  status count_recovery(std::span<const saga_id> ids) override {
    return behind_->count_recovery(ids);
  }
  status settle_recovery(std::span<const saga_id> ids) override {
    return behind_->settle_recovery(ids);
  }
  status save_definition(const stored_definition& what) override {
    return behind_->save_definition(what);
  }
  result<std::vector<stored_definition>> definitions() override { return behind_->definitions(); }
  result<std::size_t> remove(std::span<const saga_id> ids, timestamp ended_before) override {
    return behind_->remove(ids, ended_before);
  }
  status keep(std::span<const kept_change> what) override { return behind_->keep(what); }
  result<reseal_report> reseal(std::size_t sagas_max) override {
    return behind_->reseal(sagas_max);
  }

private:
  std::unique_ptr<store> behind_;
  const saying* instead_;
  const std::function<void()>* read_;
};

} // namespace sagas
