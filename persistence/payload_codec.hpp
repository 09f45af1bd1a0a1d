// What payloads look like in their columns. Internal to persistence/.
//
//   enc1:KEY:BASE64    sealed by XAES-256-GCM under the key of that name: nonce, text, tag. The
//                      context is "enc1:COLUMN:SAGA", of a step "enc1:COLUMN:SAGA:ORDEN", of an
//                      adjustment "enc1:COLUMN:CLASE:NOMBRE": a value opens in its place alone.
//   enc0:TEXT          TEXT as it is, which would be taken for one of these otherwise
//   anything else      as it is
//
// docs/security.md gives this form to users: what a database holds is to be read for as long as it
// is kept.
#pragma once

#include <array>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

#include "persistence/fields.hpp"
#include "persistence/payload_cipher.hpp"
#include "persistence/payload_keys.hpp"
#include "persistence/payload_place.hpp"

namespace sagas {

/// A payload that cannot be opened: its key is not here, or it has been changed or moved.
class locked_payload : public std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// The name of the key that has sealed it, "" when it is malformed; nothing for what is plain.
std::optional<std::string_view> key_of_payload(std::string_view stored);

/// One thread at a time.
class payload_codec {
public:
  explicit payload_codec(payload_keys_ptr keys = {});

  /// The name of the key that seals; empty: none does.
  std::string sealing_key() const;
  /// Whether a value is stored as this would store it now.
  bool is_current(std::string_view stored) const;

  /// Replaces `to` by what is stored of `plain`. Throws std::runtime_error.
  void seal(const payload_place& at, std::string_view plain, std::string& to);
  /// What was given to be stored. Throws locked_payload, which says what to do.
  std::string open(const payload_place& at, std::string_view stored);

  /// The same; nothing when it is locked.
  std::optional<std::string> try_open(const payload_place& at, std::string_view stored);

  void set(text_field& to, const payload_place& at, std::string_view what);
  void set_document(text_field& to, const payload_place& at, const document& what);
  void set_or_null(text_field& to, const payload_place& at, std::string_view what);
  /// NULL is empty. These throw locked_payload.
  document document_of(const text_field& from, const payload_place& at);
  std::string text_of(const text_field& from, const payload_place& at);

private:
  // Each draw costs as much as a seal, whatever its size.
  static constexpr std::size_t nonces_drawn = 32;

  payload_cipher& cipher_of(const payload_key& key);
  std::string_view next_nonce(); // none comes twice, unless the process forks in between
  void set_context(const payload_place& at);

  const payload_keys_ptr keys_;
  std::map<std::string, payload_cipher, std::less<>> ciphers_; // by key, made when it is needed
  std::string context_, bytes_;                                // keep their room
  std::array<unsigned char, nonces_drawn * payload_cipher::nonce_size> nonces_{};
  std::size_t nonces_left_ = 0;
};

} // namespace sagas
