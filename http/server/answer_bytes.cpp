#include "http/server/answer_bytes.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <ctime>
#include <string_view>

namespace sagas::http {
namespace {

const char* reason_of(int status) {
  switch (status) {
  case 200: return "OK";
  case 201: return "Created";
  case 202: return "Accepted";
  case 204: return "No Content";
  case 207: return "Multi-Status";
  case 304: return "Not Modified";
  case 400: return "Bad Request";
  case 401: return "Unauthorized";
  case 403: return "Forbidden";
  case 404: return "Not Found";
  case 405: return "Method Not Allowed";
  case 408: return "Request Timeout";
  case 409: return "Conflict";
  case 411: return "Length Required";
  case 413: return "Content Too Large";
  case 414: return "URI Too Long";
  case 415: return "Unsupported Media Type";
  case 421: return "Misdirected Request";
  case 422: return "Unprocessable Content";
  case 429: return "Too Many Requests";
  case 431: return "Request Header Fields Too Large";
  case 500: return "Internal Server Error";
  case 503: return "Service Unavailable";
  default: return ""; // a reason is optional, and for people only
  }
}

// "Sun, 06 Nov 1994 08:49:37 GMT", made once a second.
const std::string& date_text() {
  constexpr std::array days{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr std::array months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                              "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  thread_local std::time_t made_at = 0;
  thread_local std::string text;
  const std::time_t now = std::time(nullptr);
  if (now != made_at) {
    std::tm parts{};
    ::gmtime_r(&now, &parts);
    std::array<char, 64> room{};
    std::snprintf(room.data(), room.size(), "%s, %02d %s %04d %02d:%02d:%02d GMT",
                  days[static_cast<std::size_t>(parts.tm_wday)], parts.tm_mday,
                  months[static_cast<std::size_t>(parts.tm_mon)], parts.tm_year + 1900,
                  parts.tm_hour, parts.tm_min, parts.tm_sec);
    text = room.data();
    made_at = now;
  }
  return text;
}

void add_header(std::string& to, std::string_view name, std::string_view value) {
  to.append(name).append(": ");
  const std::size_t begin = to.size();
  to.append(value);
  std::replace_if(
    to.begin() + static_cast<std::ptrdiff_t>(begin), to.end(),
    [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }, ' ');
  to.append("\r\n");
}

// What every answer tells browsers, unless it says something of its own: not to guess, not to
// show it in a frame, not to keep it, and not to tell others where a link came from.
constexpr std::array<std::pair<std::string_view, std::string_view>, 3> unless_own{
  {{"Cache-Control", "no-store"},
   {"Referrer-Policy", "no-referrer"},
   {"Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"}}};

void add_headers(std::string& to, const answer_headers& own) {
  for (const auto& [name, value] : own)
    add_header(to, name, value);
  for (const auto& one : unless_own)
    if (std::none_of(own.begin(), own.end(),
                     [&](const auto& its) { return its.first == one.first; }))
      add_header(to, one.first, one.second);
}

// The lines that every answer begins with.
std::string first_lines(int status, std::string_view content_type) {
  std::string text = "HTTP/1.1 " + std::to_string(status) + ' ' + reason_of(status) + "\r\n";
  add_header(text, "Date", date_text());
  add_header(text, "X-Content-Type-Options", "nosniff");
  if (!content_type.empty())
    add_header(text, "Content-Type", content_type);
  return text;
}

} // namespace

std::string answer_bytes(const response& what, answer_form form) {
  const bool bodiless = what.status == 204 || what.status == 304;
  std::string text = first_lines(what.status, bodiless ? "" : what.content_type);
  text.reserve(text.size() + 256 + (form.head_only ? 0 : what.body.size()));
  if (!bodiless)
    add_header(text, "Content-Length", std::to_string(what.body.size()));
  add_headers(text, what.headers);
  if (!form.keep_alive)
    text += "Connection: close\r\n";
  text += "\r\n";
  if (!bodiless && !form.head_only)
    text += what.body;
  return text;
}

std::string stream_head_bytes(const std::string& content_type, const answer_headers& more) {
  std::string text = first_lines(200, content_type);
  add_headers(text, more);
  return text + "X-Accel-Buffering: no\r\nConnection: close\r\n\r\n";
}

} // namespace sagas::http
