// The strict scanner behind json_text.hpp; nobody else needs it.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "saga/json_text.hpp"

namespace sagas {

/// Walks over JSON values. Recursive, to at most the depth it is given.
class json_scanner {
public:
  explicit json_scanner(std::string_view text) : at_(text.data()), end_(at_ + text.size()) {}

  /// Steps over one value; false when it is malformed.
  bool value(int depth);
  /// Steps over an object and notes its members.
  bool object(int depth, std::vector<json_lookup::member>* members = nullptr);
  /// Steps over an array and notes its elements.
  bool array(int depth, std::vector<std::string_view>* elements = nullptr);

  void skip_space();
  bool at_end() const { return at_ == end_; }
  const char* position() const { return at_; }
  bool next_is(char c) const { return at_ != end_ && *at_ == c; }

private:
  bool take(char c);
  bool word(std::string_view expected);
  bool string();
  bool escape();
  bool number();
  bool digits();

  const char* at_;
  const char* end_;
};

} // namespace sagas
