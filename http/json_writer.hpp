// Writes JSON text straight into a string: answers are built without a tree, and documents are
// copied in as the text they are.
#pragma once

#include <chrono>
#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "saga/document.hpp"
#include "saga/ids.hpp"
#include "saga/time.hpp"

namespace sagas::http {

/// Appends to `out`, which must outlive it. The caller keeps begin and end in balance.
class json_writer {
public:
  explicit json_writer(std::string& out) : out_(out) {}

  void begin_object() { open('{'); }
  void end_object() { close('}'); }
  void begin_array() { open('['); }
  void end_array() { close(']'); }
  void key(std::string_view name);

  void value(std::string_view text); ///< invalid UTF-8 becomes U+FFFD
  void value(const char* text) { value(std::string_view{text}); }
  void value(const std::string& text) { value(std::string_view{text}); }
  void value(bool flag) { raw(flag ? "true" : "false"); }
  void value(double number); ///< null when it is not finite
  void value(std::integral auto number) { raw(std::to_string(number)); }
  void value(const saga_id& id) { value(to_text(id)); }
  void value(timestamp at) { value(to_iso(at)); }
  void json(std::string_view checked) { raw(checked.empty() ? "null" : checked); }
  void null() { raw("null"); }
  template <class T>
  void value(const std::optional<T>& what) {
    what ? value(*what) : null();
  }

  template <class T>
  void member(std::string_view name, const T& what) {
    key(name);
    value(what);
  }
  /// null for an empty text: absent, in the words of the tables
  void member_or_null(std::string_view name, std::string_view text);

protected:
  void value(const document& what); ///< its JSON; null when empty or not JSON

private:
  void separate();
  void open(char bracket);
  void close(char bracket);
  void raw(std::string_view text);

  std::string& out_;
  bool first_ = true; // nothing before it in this object or array, or right behind a key
};

} // namespace sagas::http
