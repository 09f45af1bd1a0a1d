#include "persistence/payload_cipher.hpp"

#include <algorithm>
#include <stdexcept>

#include <openssl/crypto.h>
#include <openssl/evp.h>

namespace sagas {
namespace {

constexpr std::size_t half = payload_cipher::nonce_size / 2; // what AES-256-GCM takes

const std::uint8_t* bytes_of(std::string_view text) {
  return reinterpret_cast<const std::uint8_t*>(text.data());
}

std::uint8_t* bytes_of(std::string& text) { return reinterpret_cast<std::uint8_t*>(text.data()); }

void expect(int worked) {
  if (worked != 1)
    throw std::runtime_error{"OpenSSL refuses AES-256-GCM"};
}

// Through AES, block by block.
void encrypt_blocks(evp_cipher_ctx_st* with, const std::uint8_t* from, std::uint8_t* to,
                    std::size_t size) {
  int written = 0;
  expect(EVP_EncryptUpdate(with, to, &written, from, static_cast<int>(size)));
}

} // namespace

void payload_cipher::freer::operator()(evp_cipher_ctx_st* what) const {
  EVP_CIPHER_CTX_free(what); // wipes the key
}

payload_cipher::payload_cipher(const std::array<std::uint8_t, 32>& key)
  : blocks_(EVP_CIPHER_CTX_new()), seals_(EVP_CIPHER_CTX_new()), opens_(EVP_CIPHER_CTX_new()) {
  expect(EVP_EncryptInit_ex(blocks_.get(), EVP_aes_256_ecb(), nullptr, key.data(), nullptr));
  expect(EVP_CIPHER_CTX_set_padding(blocks_.get(), 0));
  expect(EVP_EncryptInit_ex(seals_.get(), EVP_aes_256_gcm(), nullptr, nullptr, nullptr));
  expect(EVP_DecryptInit_ex(opens_.get(), EVP_aes_256_gcm(), nullptr, nullptr, nullptr));
  block zero{};
  encrypt_blocks(blocks_.get(), zero.data(), mask_.data(), mask_.size());
  const bool carry = (mask_[0] & 0x80) != 0; // doubled in GF(2^128)
  for (std::size_t i = 0; i < mask_.size(); ++i)
    mask_[i] = static_cast<std::uint8_t>(mask_[i] << 1
                                         | (i + 1 < mask_.size() ? mask_[i + 1] >> 7 : 0));
  if (carry)
    mask_.back() ^= 0x87;
}

void payload_cipher::begin(evp_cipher_ctx_st* with, std::string_view nonce,
                           std::string_view context, bool sealing) {
  std::array<std::uint8_t, 32> made{};
  for (std::size_t i = 0; i < 2; ++i) {
    std::uint8_t* const message = made.data() + 16 * i;
    message[1] = static_cast<std::uint8_t>(i + 1); // the counter
    message[2] = 'X';
    std::copy_n(bytes_of(nonce), half, message + 4);
    for (std::size_t k = 0; k < mask_.size(); ++k)
      message[k] ^= mask_[k];
  }
  std::array<std::uint8_t, 32> key{};
  encrypt_blocks(blocks_.get(), made.data(), key.data(), key.size());
  expect(
    EVP_CipherInit_ex(with, nullptr, nullptr, key.data(), bytes_of(nonce) + half, sealing ? 1 : 0));
  int written = 0;
  if (!context.empty())
    expect(EVP_CipherUpdate(with, nullptr, &written, bytes_of(context),
                            static_cast<int>(context.size())));
  OPENSSL_cleanse(key.data(), key.size());
}

void payload_cipher::seal(std::string_view nonce, std::string_view text, std::string_view context,
                          std::string& to) {
  begin(seals_.get(), nonce, context, true);
  const std::size_t before = to.size();
  to.resize(before + text.size() + tag_size);
  std::uint8_t* const out = bytes_of(to) + before;
  int written = 0;
  expect(
    EVP_EncryptUpdate(seals_.get(), out, &written, bytes_of(text), static_cast<int>(text.size())));
  expect(EVP_EncryptFinal_ex(seals_.get(), out + text.size(), &written));
  expect(EVP_CIPHER_CTX_ctrl(seals_.get(), EVP_CTRL_AEAD_GET_TAG, tag_size, out + text.size()));
}

bool payload_cipher::open(std::string_view nonce, std::string_view sealed, std::string_view context,
                          std::string& to) {
  to.clear();
  if (nonce.size() != nonce_size || sealed.size() < tag_size)
    return false;
  begin(opens_.get(), nonce, context, false);
  std::string tag{sealed.substr(sealed.size() - tag_size)};
  sealed.remove_suffix(tag_size);
  to.resize(sealed.size());
  int written = 0;
  expect(EVP_DecryptUpdate(opens_.get(), bytes_of(to), &written, bytes_of(sealed),
                           static_cast<int>(sealed.size())));
  expect(EVP_CIPHER_CTX_ctrl(opens_.get(), EVP_CTRL_AEAD_SET_TAG, tag_size, tag.data()));
  if (EVP_DecryptFinal_ex(opens_.get(), bytes_of(to) + to.size(), &written) == 1)
    return true;
  to.clear();
  return false;
}

} // namespace sagas
