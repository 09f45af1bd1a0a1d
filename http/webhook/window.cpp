#include "http/webhook/window.hpp"

#include <algorithm>

namespace sagas::http {

bool delivery_window::take(delivery what) {
  const auto [at, fresh] = events_.emplace(what.at, std::move(what));
  if (!fresh)
    return false;
  delivery& one = at->second;
  letters_ += one.is_of_feed() ? 0 : 1;
  aside_ += one.aside ? 1 : 0;
  if (!one.has_row())
    owed_.emplace(one.at, taken_++);
  if (one.ends != delivery::fate::open) // a gap is of no saga, and nothing to send
    return true;
  auto& line = lines_[one.what.saga];
  line.push_back(one.at);
  if (line.size() == 1)
    waiting_like(one).emplace(one.due, one.at);
  return true;
}

delivery* delivery_window::next(steady_time now, bool letters_only) {
  for (waiting* from : {&heads_[1], &heads_[0]}) {
    if (from->empty() || from->begin()->first > now || (letters_only && from == &heads_[0]))
      continue;
    delivery& one = events_.at(from->begin()->second);
    from->erase(from->begin());
    one.under_way = true;
    ++under_way_;
    return &one;
  }
  return nullptr;
}

delivery* delivery_window::find(const feed_position& at) {
  const auto found = events_.find(at);
  return found == events_.end() ? nullptr : &found->second;
}

void delivery_window::leave(delivery& what) {
  under_way_ -= what.under_way ? 1 : 0;
  what.under_way = false;
}

void delivery_window::retry(delivery& what, steady_time due) {
  leave(what);
  what.due = due;
  waiting_like(what).emplace(due, what.at);
}

void delivery_window::end(delivery& what, delivery::fate how) {
  leave(what);
  what.ends = how;
}

void delivery_window::done(const feed_position& at) {
  const auto found = events_.find(at);
  if (found == events_.end())
    return;
  delivery& one = found->second;
  leave(one);
  letters_ -= one.is_of_feed() ? 0 : 1;
  aside_ -= one.aside ? 1 : 0;
  owed_.erase(at);
  if (const auto line = lines_.find(one.what.saga);
      line != lines_.end() && line->second.front() == at) {
    line->second.pop_front();
    if (line->second.empty()) {
      lines_.erase(line);
    } else {
      const delivery& head = events_.at(line->second.front());
      waiting_like(head).emplace(head.due, head.at);
    }
  }
  events_.erase(found);
}

void delivery_window::hurry() {
  for (waiting& heads : heads_) {
    waiting now;
    for (const auto& [due, at] : heads) {
      events_.at(at).due = {};
      now.emplace(steady_time{}, at);
    }
    heads = std::move(now);
  }
}

void delivery_window::set_aside(delivery& what, std::string text) {
  what.text = std::move(text);
  what.aside = true;
  ++aside_;
  owed_.erase(what.at);
}

const delivery* delivery_window::oldest() const {
  return owed_.empty() ? nullptr : &events_.at(owed_.begin()->first);
}

delivery* delivery_window::oldest() {
  return owed_.empty() ? nullptr : &events_.at(owed_.begin()->first);
}

std::size_t delivery_window::passed() const {
  return owed_.empty() ? 0 : taken_ - owed_.begin()->second - owed_.size();
}

bool delivery_window::is_held(const delivery& what) const {
  const auto line = lines_.find(what.what.saga);
  return what.attempts > 0 || (line != lines_.end() && line->second.front() != what.at);
}

std::optional<steady_time> delivery_window::next_due(bool letters_only) const {
  std::optional<steady_time> first;
  for (const waiting* from : {&heads_[1], &heads_[0]})
    if (!from->empty() && !(letters_only && from == &heads_[0]))
      first = std::min(first.value_or(steady_time::max()), from->begin()->first);
  return first;
}

} // namespace sagas::http
