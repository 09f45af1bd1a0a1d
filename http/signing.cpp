#include "http/signing.hpp"

#include <array>
#include <cctype>

#include <openssl/evp.h>
#include <openssl/hmac.h>

namespace sagas::http {
namespace {

constexpr std::string_view hex_digits = "0123456789abcdef";

} // namespace

std::string hex(const std::uint8_t* bytes, std::size_t count) {
  std::string text;
  for (std::size_t i = 0; i < count; ++i) {
    text += hex_digits[bytes[i] >> 4];
    text += hex_digits[bytes[i] & 15];
  }
  return text;
}

std::string hmac_sha256_hex(std::string_view secret, std::string_view text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> made{};
  unsigned size = 0;
  HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()),
       reinterpret_cast<const unsigned char*>(text.data()), text.size(), made.data(), &size);
  return hex(made.data(), size);
}

std::string percent_encoded(std::string_view text) {
  std::string made;
  for (const char c : text)
    if (std::isalnum(static_cast<unsigned char>(c)) != 0
        || std::string_view{"-._~"}.find(c) != std::string_view::npos) {
      made += c;
    } else {
      made += '%';
      made += hex_digits[static_cast<unsigned char>(c) >> 4];
      made += hex_digits[static_cast<unsigned char>(c) & 15];
    }
  return made;
}

} // namespace sagas::http
