#include "http/participant/status_pages.hpp"

#include <memory>

#include <curl/curl.h>

namespace sagas::http {
namespace {

constexpr std::size_t location_max = 2'048;

struct url_deleter {
  void operator()(CURLU* url) const { curl_url_cleanup(url); }
};
using parsed_url = std::unique_ptr<CURLU, url_deleter>;

std::string part(const parsed_url& of, CURLUPart which) {
  char* text = nullptr;
  std::string found;
  if (curl_url_get(of.get(), which, &text, CURLU_DEFAULT_PORT) == CURLUE_OK)
    found = text;
  curl_free(text);
  return found;
}

} // namespace

std::optional<std::string> page_of(const std::string& url, const std::string& location) {
  if (location.empty() || location.size() > location_max)
    return std::nullopt;
  const parsed_url called{curl_url()};
  const parsed_url page{curl_url()};
  if (curl_url_set(called.get(), CURLUPART_URL, url.c_str(), 0) != CURLUE_OK
      || curl_url_set(page.get(), CURLUPART_URL, url.c_str(), 0) != CURLUE_OK
      || curl_url_set(page.get(), CURLUPART_URL, location.c_str(), 0) != CURLUE_OK)
    return std::nullopt;
  for (const CURLUPart which : {CURLUPART_SCHEME, CURLUPART_HOST, CURLUPART_PORT})
    if (part(called, which) != part(page, which))
      return std::nullopt;
  if (!part(page, CURLUPART_USER).empty() || !part(page, CURLUPART_FRAGMENT).empty())
    return std::nullopt;
  const std::string whole = part(page, CURLUPART_URL);
  return whole.empty() || whole.size() > location_max ? std::nullopt : std::optional{whole};
}

std::optional<std::string> status_pages::of(const std::string& key) const {
  const std::lock_guard lock{guard_};
  const auto found = pages_.find(key);
  return found == pages_.end() ? std::nullopt : std::optional{found->second};
}

void status_pages::note(const std::string& key, const std::string& url,
                        const std::string& location) {
  auto page = page_of(url, location);
  const std::lock_guard lock{guard_};
  if (page && (pages_.size() < pages_max_ || pages_.contains(key)))
    pages_.insert_or_assign(key, std::move(*page));
}

void status_pages::forget(const std::string& key) {
  const std::lock_guard lock{guard_};
  pages_.erase(key);
}

} // namespace sagas::http
