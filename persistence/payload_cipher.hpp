// Authenticated encryption under one key: XAES-256-GCM (https://c2sp.org/XAES-256-GCM), which is
// AES-256-GCM under a key made of the given one and the first half of the nonce. Internal to
// persistence/.
//
// AES-256-GCM itself bears 2^32 random nonces a key, which a busy store draws in days; nonces of
// 192 bits may be drawn at random for as long as there are stores.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

struct evp_cipher_ctx_st;

namespace sagas {

/// One thread at a time. What OpenSSL refuses throws std::runtime_error.
class payload_cipher {
public:
  static constexpr std::size_t nonce_size = 24;
  static constexpr std::size_t tag_size = 16;

  explicit payload_cipher(const std::array<std::uint8_t, 32>& key);

  /// Appends the encrypted text and its tag. A nonce must never be used again.
  void seal(std::string_view nonce, std::string_view text, std::string_view context,
            std::string& to);
  /// The text behind `sealed`; false, and nothing in `to`, unless it was sealed by this key with
  /// this nonce and context, and has not been touched.
  bool open(std::string_view nonce, std::string_view sealed, std::string_view context,
            std::string& to);

private:
  struct freer {
    void operator()(evp_cipher_ctx_st* what) const;
  };
  using context_ptr = std::unique_ptr<evp_cipher_ctx_st, freer>;
  using block = std::array<std::uint8_t, 16>;

  /// Makes the message's own key, and sets it and the nonce's second half.
  void begin(evp_cipher_ctx_st* with, std::string_view nonce, std::string_view context,
             bool sealing);

  context_ptr blocks_; // AES-256, one block by itself
  context_ptr seals_;  // AES-256-GCM
  context_ptr opens_;
  block mask_{}; // K1 of CMAC
};

} // namespace sagas
