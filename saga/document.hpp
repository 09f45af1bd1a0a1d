// A JSON document as shared text. Payloads travel as text and are parsed only where somebody
// looks into them.
#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace sagas {

/// Immutable JSON text that is cheap to copy, or nothing. Thread-safe like a shared_ptr to const.
class document {
public:
  document() = default;
  document(std::string text) : text_(std::make_shared<const std::string>(std::move(text))) {}

  bool empty() const { return text_ == nullptr; }
  /// The text; "null" when there is none.
  std::string_view text() const { return text_ ? std::string_view{*text_} : "null"; }

  friend bool operator==(const document& a, const document& b) {
    return a.text_ == b.text_ || (a.text_ && b.text_ && *a.text_ == *b.text_);
  }

private:
  std::shared_ptr<const std::string> text_;
};

} // namespace sagas
