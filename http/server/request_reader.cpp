#include "http/server/request_reader.hpp"

#include <algorithm>

#include "saga/assert.hpp"

namespace sagas::http {
namespace {

// Room in a request line beside its target: a method, a version, spaces.
constexpr std::size_t line_rest_max = 64;

} // namespace

arrival request_reader::take(std::string_view bytes) {
  SAGAS_ASSERT(state_ != arrival::whole && state_ != arrival::refused);
  pending_.append(bytes);
  if (state_ != arrival::part_of_body)
    state_ = read_head();
  if (state_ == arrival::part_of_body)
    state_ = read_body();
  return state_;
}

// Looks for the empty line, line by line as they come, so that a head is searched once.
arrival request_reader::read_head() {
  while (true) {
    const std::size_t end = pending_.find('\n', looked_at_);
    const std::size_t have = std::min(end, pending_.size());
    if (line_begin_ == 0 && have > limits_.target_max + line_rest_max)
      return refuse({.type = problem_type::target_too_long,
                     .detail = "path and query are longer than "
                               + std::to_string(limits_.target_max) + " bytes: shorten them"});
    if (have > limits_.head_max)
      return refuse({.type = problem_type::headers_too_large,
                     .detail = "line and headers are larger than "
                               + std::to_string(limits_.head_max) + " bytes: send fewer"});
    looked_at_ = have;
    if (end == std::string::npos)
      return pending_.empty() ? arrival::nothing : arrival::part_of_head;
    if (end == 0 || pending_[end - 1] != '\r')
      return refuse(
        {.type = problem_type::malformed_request, .detail = "a line does not end in CR LF"});
    looked_at_ = end + 1;
    if (end - 1 == line_begin_)
      break;
    line_begin_ = looked_at_;
  }
  current_.head = pending_.substr(0, looked_at_);
  pending_ = pending_.substr(looked_at_); // an idle connection keeps no memory
  line_begin_ = looked_at_ = 0;
  auto checked = check_head(current_.head, limits_);
  if (checked.refused)
    return refuse(std::move(*checked.refused));
  current_.facts = checked.facts;
  current_.share = budget_share{bodies_};
  return arrival::part_of_body;
}

arrival request_reader::read_body() {
  std::string& body = current_.body;
  const std::size_t taken = std::min(current_.facts.body_size - body.size(), pending_.size());
  if (!current_.share.grow(taken))
    return refuse({.type = problem_type::overloaded,
                   .detail = "too many bodies are in flight: try again later"});
  if (body.empty() && taken == pending_.size())
    body.swap(pending_);
  else
    body.append(pending_, 0, taken);
  pending_.erase(0, taken);
  return body.size() == current_.facts.body_size ? arrival::whole : arrival::part_of_body;
}

bool request_reader::wants_continue() {
  return state_ == arrival::part_of_body && std::exchange(current_.facts.expects_continue, false)
         && current_.body.empty();
}

raw_request request_reader::release() {
  SAGAS_ASSERT(state_ == arrival::whole);
  state_ = arrival::nothing;
  return std::exchange(current_, raw_request{});
}

arrival request_reader::refuse(problem why) {
  why_ = std::move(why);
  pending_ = {};
  current_ = {};
  return arrival::refused;
}

} // namespace sagas::http
