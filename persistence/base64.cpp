#include "persistence/base64.hpp"

#include <array>

#include <openssl/evp.h>

#include "saga/assert.hpp"

namespace sagas {
namespace {

constexpr std::size_t bytes_max = std::size_t{1} << 30; // OpenSSL counts in int

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

constexpr std::array<bool, 256> are_digits = [] {
  std::array<bool, 256> known{};
  for (const char c : std::string_view{"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                       "0123456789+/"})
    known[static_cast<unsigned char>(c)] = true;
  return known;
}();

// Without a branch for each: most are, and texts are long.
bool all_digits(std::string_view text) {
  bool all = true;
  for (const char c : text)
    all &= are_digits[static_cast<unsigned char>(c)];
  return all;
}

} // namespace

void append_base64(std::string_view bytes, std::string& to) {
  SAGAS_ASSERT(bytes.size() <= bytes_max);
  const std::size_t before = to.size();
  to.resize(before + (bytes.size() + 2) / 3 * 4 + 1); // OpenSSL ends it with a zero
  EVP_EncodeBlock(reinterpret_cast<unsigned char*>(to.data() + before), bytes_of(bytes),
                  static_cast<int>(bytes.size()));
  to.pop_back();
}

std::string to_base64(std::string_view bytes) {
  std::string text;
  append_base64(bytes, text);
  return text;
}

// OpenSSL passes over spaces around it and counts the padding as bytes: both are seen to here.
std::optional<std::string> from_base64(std::string_view text) {
  const std::size_t padding = text.ends_with("==") ? 2 : text.ends_with("=") ? 1 : 0;
  const std::string_view digits = text.substr(0, text.size() - padding);
  if (text.empty() || text.size() % 4 != 0 || text.size() / 2 > bytes_max || !all_digits(digits))
    return std::nullopt;
  std::string bytes(text.size() / 4 * 3, '\0');
  if (EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()), bytes_of(text),
                      static_cast<int>(text.size()))
      < 0)
    return std::nullopt;
  bytes.resize(bytes.size() - padding);
  return bytes;
}

} // namespace sagas
