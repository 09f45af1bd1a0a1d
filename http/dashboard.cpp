#include "http/dashboard.hpp"

#include "http/dashboard_parts.hpp"

namespace sagas::http {

std::string dashboard_page(const std::string& nonce) {
  return std::string{"<!doctype html><html lang=\"es\"><head><meta charset=\"utf-8\">"
                     "<meta name=\"viewport\" content=\"width=device-width\"><title>sagas</title>"
                     "<link rel=\"icon\" href=\"data:,\"><style nonce=\""}
         + nonce + "\">" + dashboard_style + "</style></head><body>" + dashboard_body
         + "<script nonce=\"" + nonce + "\">" + dashboard_script + "</script></body></html>";
}

} // namespace sagas::http
