#include "http/participant/retry_after.hpp"

#include <algorithm>
#include <charconv>

#include <curl/curl.h>

namespace sagas::http {
namespace {

constexpr std::int64_t date_max = 253'402'300'799; // the end of the year 9999, in seconds

} // namespace

std::optional<milliseconds> read_retry_after(const std::string& header, timestamp now) {
  std::uint64_t count = 0;
  const auto read = std::from_chars(header.data(), header.data() + header.size(), count);
  if (read.ec == std::errc{} && read.ptr == header.data() + header.size() && !header.empty())
    return milliseconds{static_cast<std::int64_t>(std::min<std::uint64_t>(count, 86'400) * 1'000)};
  if (const std::int64_t date = curl_getdate(header.c_str(), nullptr); date >= 0)
    return timestamp{std::chrono::seconds{std::min(date, date_max)}} - now;
  return std::nullopt;
}

} // namespace sagas::http
