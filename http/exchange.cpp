#include "http/exchange.hpp"

namespace sagas::http {
namespace {

const std::string* first_value(const std::multimap<std::string, std::string>& in,
                               const std::string& name) {
  const auto found = in.lower_bound(name);
  return found == in.end() || found->first != name ? nullptr : &found->second;
}

} // namespace

const std::string* request::query_value(const std::string& name) const {
  return first_value(query, name);
}

const std::string* request::header(const std::string& name_in_lower_case) const {
  return first_value(headers, name_in_lower_case);
}

} // namespace sagas::http
