// The live page for people, without anything from elsewhere.
#pragma once

#include <string>

namespace sagas::http {

/// HTML whose script and style carry the nonce.
std::string dashboard_page(const std::string& nonce);

} // namespace sagas::http
