// Small things that calls and keys are made of: digests as text, and texts in URLs.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace sagas::http {

std::string hex(const std::uint8_t* bytes, std::size_t count);

/// In hexadecimal digits, 64 of them.
std::string hmac_sha256_hex(std::string_view secret, std::string_view text);

/// RFC 3986: all but the unreserved characters.
std::string percent_encoded(std::string_view text);

} // namespace sagas::http
