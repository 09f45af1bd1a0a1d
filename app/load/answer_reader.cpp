#include "app/load/answer_reader.hpp"

#include <algorithm>
#include <charconv>

namespace sagas::load {
namespace {

constexpr std::size_t head_max = 64 << 10;
constexpr std::size_t body_max = 256 << 20;
constexpr std::string_view head_end = "\r\n\r\n";
constexpr std::string_view line_end = "\r\n";

bool same_letters(std::string_view text, std::string_view lower) {
  return std::equal(text.begin(), text.end(), lower.begin(), lower.end(), [](char a, char b) {
    return (a >= 'A' && a <= 'Z' ? static_cast<char>(a - 'A' + 'a') : a) == b;
  });
}

// A number that fills the text's beginning; at most body_max.
bool read_number(std::string_view text, int base, std::size_t& to) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), to, base);
  return error == std::errc{} && end != text.data() && to <= body_max;
}

} // namespace

void answer_reader::reset() {
  bytes_.clear();
  joined_.clear();
  head_size_ = at_ = length_ = 0;
  chunked_ = false;
  status_ = 0;
  keeps_alive_ = true;
}

answer_reader::progress answer_reader::feed(std::string_view bytes) {
  bytes_.append(bytes);
  if (head_size_ == 0)
    if (const progress head = read_head(); head != progress::whole)
      return head;
  return chunked_ ? read_chunks() : read_body();
}

answer_reader::progress answer_reader::read_head() {
  const std::size_t end = bytes_.find(head_end);
  if (end == std::string::npos)
    return bytes_.size() > head_max ? progress::broken : progress::incomplete;
  head_size_ = end + head_end.size();
  std::size_t status = 0;
  if (!bytes_.starts_with("HTTP/1.1 ")
      || !read_number(std::string_view{bytes_}.substr(9), 10, status))
    return progress::broken;
  if (status < 200) { // an interim answer: the real one follows
    bytes_.erase(0, head_size_);
    head_size_ = 0;
    return read_head();
  }
  status_ = static_cast<int>(status);
  keeps_alive_ = !same_letters(header("connection"), "close");
  chunked_ = same_letters(header("transfer-encoding"), "chunked");
  at_ = head_size_;
  if (chunked_ || status_ == 204 || status_ == 304)
    return progress::whole;
  return read_number(header("content-length"), 10, length_) ? progress::whole : progress::broken;
}

answer_reader::progress answer_reader::read_body() {
  if (bytes_.size() < head_size_ + length_)
    return progress::incomplete;
  return bytes_.size() == head_size_ + length_ ? progress::whole : progress::broken;
}

answer_reader::progress answer_reader::read_chunks() {
  while (true) {
    const std::string_view rest = std::string_view{bytes_}.substr(at_);
    const std::size_t end = rest.find(line_end);
    if (end == std::string_view::npos)
      return rest.size() > head_max ? progress::broken : progress::incomplete;
    std::size_t size = 0;
    if (!read_number(rest.substr(0, end), 16, size) || joined_.size() + size > body_max)
      return progress::broken;
    const std::size_t whole = end + line_end.size() + size + line_end.size();
    if (rest.size() < whole)
      return progress::incomplete;
    if (size == 0)
      return rest.size() == whole ? progress::whole : progress::broken;
    joined_.append(rest.substr(end + line_end.size(), size));
    at_ += whole;
  }
}

std::string_view answer_reader::header(std::string_view name) const {
  std::string_view rest = std::string_view{bytes_}.substr(0, head_size_);
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find(line_end), rest.size());
    const std::string_view line = rest.substr(0, end);
    rest.remove_prefix(std::min(end + line_end.size(), rest.size()));
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos || !same_letters(line.substr(0, colon), name))
      continue;
    const std::string_view value = line.substr(colon + 1);
    return value.substr(std::min(value.find_first_not_of(' '), value.size()));
  }
  return {};
}

std::string_view answer_reader::body() const {
  return chunked_ ? std::string_view{joined_}
                  : std::string_view{bytes_}.substr(head_size_, length_);
}

} // namespace sagas::load
