#include "persistence/payload_codec.hpp"

#include <algorithm>

#include <openssl/rand.h>

#include "persistence/base64.hpp"
#include "saga/assert.hpp"

namespace sagas {
namespace {

constexpr std::string_view sealed_mark = "enc1:";
constexpr std::string_view plain_mark = "enc0:";

// Of this version or any other.
bool has_mark(std::string_view text) {
  return text.size() >= sealed_mark.size() && text.starts_with("enc") && text[3] >= '0'
         && text[3] <= '9' && text[4] == ':';
}

std::string name_of(const payload_place& at) {
  std::string text = to_text(at.column);
  const bool of_saga = at.column != payload_column::key_probe
                       && at.column != payload_column::kept_content;
  text += of_saga ? " of the saga " : " of ";
  text += at.of;
  if (at.order > 0)
    text += ", orden " + std::to_string(at.order);
  return text;
}

[[noreturn]] void refuse(const payload_place& at, const std::string& why) {
  throw locked_payload{name_of(at) + " " + why};
}

std::string remedy(const payload_keys_ptr& keys) {
  return !keys || keys->empty() ? ": name the file that holds it (db.payload_keys)"
                                : ", which the file of db.payload_keys does not hold: add its line";
}

} // namespace

const char* to_text(payload_column which) {
  switch (which) {
  case payload_column::saga_input: return "sagas.entrada";
  case payload_column::saga_metadata: return "sagas.metadatos";
  case payload_column::saga_error: return "sagas.error_mensaje";
  case payload_column::start_digest: return "claves_idempotencia.huella";
  case payload_column::step_input: return "pasos_saga.datos_entrada";
  case payload_column::step_output: return "pasos_saga.datos_salida";
  case payload_column::step_error: return "pasos_saga.error_mensaje";
  case payload_column::kept_content: return "ajustes.documento";
  case payload_column::key_probe: return "claves_cifrado.prueba";
  }
  SAGAS_ASSERT(false);
}

std::optional<std::string_view> key_of_payload(std::string_view stored) {
  if (!stored.starts_with(sealed_mark))
    return std::nullopt;
  stored.remove_prefix(sealed_mark.size());
  const std::string_view id = stored.substr(0, std::min(stored.find(':'), stored.size()));
  return is_payload_key_id(id) ? id : std::string_view{};
}

payload_codec::payload_codec(payload_keys_ptr keys) : keys_(std::move(keys)) {}

payload_cipher& payload_codec::cipher_of(const payload_key& key) {
  if (const auto known = ciphers_.find(key.id); known != ciphers_.end())
    return known->second;
  return ciphers_.emplace(key.id, payload_cipher{key.bytes}).first->second;
}

void payload_codec::set_context(const payload_place& at) {
  context_ = sealed_mark;
  context_.append(to_text(at.column)).append(":").append(at.of);
  if (at.order > 0)
    context_.append(":").append(std::to_string(at.order));
}

std::string payload_codec::sealing_key() const {
  const payload_key* seals = keys_ ? keys_->sealing() : nullptr;
  return seals ? seals->id : std::string{};
}

bool payload_codec::is_current(std::string_view stored) const {
  const payload_key* seals = keys_ ? keys_->sealing() : nullptr;
  const auto sealed_by = key_of_payload(stored);
  return sealed_by ? seals && *sealed_by == seals->id : !seals;
}

std::string_view payload_codec::next_nonce() {
  if (nonces_left_ == 0) {
    if (RAND_bytes(nonces_.data(), static_cast<int>(nonces_.size())) != 1)
      throw std::runtime_error{"the system gives no random numbers"};
    nonces_left_ = nonces_drawn;
  }
  --nonces_left_;
  return {reinterpret_cast<const char*>(nonces_.data()) + nonces_left_ * payload_cipher::nonce_size,
          payload_cipher::nonce_size};
}

void payload_codec::seal(const payload_place& at, std::string_view plain, std::string& to) {
  const payload_key* key = keys_ ? keys_->sealing() : nullptr;
  if (!key) {
    to = has_mark(plain) ? plain_mark : std::string_view{};
    to += plain;
    return;
  }
  set_context(at);
  const std::string_view nonce = next_nonce();
  bytes_ = nonce;
  cipher_of(*key).seal(nonce, plain, context_, bytes_);
  to = sealed_mark;
  to.append(key->id).append(":");
  append_base64(bytes_, to);
}

std::string payload_codec::open(const payload_place& at, std::string_view stored) {
  const auto sealed_by = key_of_payload(stored);
  if (!sealed_by)
    return std::string{stored.substr(stored.starts_with(plain_mark) ? plain_mark.size() : 0)};
  if (sealed_by->empty())
    refuse(at, "begins as if it were encrypted, and names no key: it was cut off or changed");
  const payload_key* key = keys_ ? keys_->find(*sealed_by) : nullptr;
  const std::string by = "is encrypted with the key '" + std::string{*sealed_by} + "'";
  if (!key)
    refuse(at, by + remedy(keys_));
  set_context(at);
  const auto bytes = from_base64(
    stored.substr(std::min(sealed_mark.size() + sealed_by->size() + 1, stored.size())));
  std::string plain;
  if (!bytes || bytes->size() < payload_cipher::nonce_size
      || !cipher_of(*key).open(std::string_view{*bytes}.substr(0, payload_cipher::nonce_size),
                               std::string_view{*bytes}.substr(payload_cipher::nonce_size),
                               context_, plain))
    refuse(at, by
                 + " and does not open with it: it was changed or moved there, or the key is "
                   "another one of that name: restore the row or the key");
  return plain;
}

std::optional<std::string> payload_codec::try_open(const payload_place& at,
                                                   std::string_view stored) {
  try {
    return open(at, stored);
  } catch (const locked_payload&) {
    return std::nullopt;
  }
}

void payload_codec::set(text_field& to, const payload_place& at, std::string_view what) {
  seal(at, what, to.text);
  to.state = soci::i_ok;
}

void payload_codec::set_document(text_field& to, const payload_place& at, const document& what) {
  what.empty() ? to.clear() : set(to, at, what.text());
}

void payload_codec::set_or_null(text_field& to, const payload_place& at, std::string_view what) {
  what.empty() ? to.clear() : set(to, at, what);
}

document payload_codec::document_of(const text_field& from, const payload_place& at) {
  return from.is_null() ? document{} : document{open(at, from.text)};
}

std::string payload_codec::text_of(const text_field& from, const payload_place& at) {
  return from.is_null() ? std::string{} : open(at, from.text);
}

} // namespace sagas
