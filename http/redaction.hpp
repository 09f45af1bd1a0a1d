// Fields of payloads that no answer shows: what is stored and sent to participants stays whole.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "http/json_writer.hpp"

namespace sagas::http {

/// Immutable; nothing is hidden by an empty one.
class redaction {
public:
  redaction() = default;
  /// Names of members, hidden at any depth ("tarjeta"), and JSON pointers into a document
  /// ("/cliente/nif"), where "*" stands for any member or element.
  explicit redaction(const std::vector<std::string>& what);

  /// The document with "***" for each value that is hidden. One that can't be read is hidden whole.
  document of(const document& whole) const;

private:
  std::vector<std::string> names_;
  std::vector<std::vector<std::string>> paths_;
};

/// What is wrong with an entry of the list; empty when it is good.
std::string redaction_fault(std::string_view entry);

/// A writer of answers that hold payloads: the only one that writes documents, so that no answer
/// forgets what is to be hidden.
class payload_writer : public json_writer {
public:
  /// Both must outlive it.
  payload_writer(std::string& out, const redaction& hides) : json_writer(out), hides_(hides) {}

  using json_writer::member;
  using json_writer::value;
  void value(const document& what) { json_writer::value(hides_.of(what)); }
  void member(std::string_view name, const document& what) {
    key(name);
    value(what);
  }

private:
  const redaction& hides_;
};

} // namespace sagas::http
