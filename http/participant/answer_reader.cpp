#include "http/participant/answer_reader.hpp"

#include <utility>

#include "saga/text.hpp"

namespace sagas::http {
namespace {

// What follows the name in a header's line, if it is that header's.
void keep_value(std::string_view name, std::string_view line, std::string& into) {
  if (line.size() <= name.size() || fold_case(line.substr(0, name.size())) != name)
    return;
  const std::string_view value = line.substr(name.size());
  const std::size_t first = value.find_first_not_of(" \t");
  const std::size_t last = value.find_last_not_of(" \t\r\n");
  into = first == std::string_view::npos || last == std::string_view::npos || last < first
           ? std::string_view{}
           : value.substr(first, last - first + 1);
}

} // namespace

bool answer_reader::take_line(std::string_view line) {
  head_bytes_ += line.size();
  if (head_bytes_ > answer_head_max)
    return false;
  if (line.starts_with("HTTP/")) { // what an interim answer said is not said of the call
    retry_after_.clear();
    location_.clear();
  }
  keep_value("retry-after:", line, retry_after_);
  keep_value("location:", line, location_);
  return true;
}

bool answer_reader::take_body(std::string_view piece) {
  if (body_.size() + piece.size() > answer_body_max)
    return false;
  body_.append(piece);
  return true;
}

web_answer answer_reader::finish(int status) && {
  web_answer made;
  made.how = web_answer::fate::answered;
  made.status = status;
  made.body = std::move(body_);
  made.retry_after = std::move(retry_after_);
  made.location = std::move(location_);
  return made;
}

} // namespace sagas::http
