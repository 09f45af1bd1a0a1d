// How the stand-in services write their answers: values go from text to text as they are.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "actors/stand_ins/service.hpp"

namespace sagas {

/// One object, member by member.
class object_writer {
public:
  object_writer& raw(std::string_view key, std::string_view json); ///< a ready JSON value
  object_writer& text(std::string_view key, std::string_view text);
  object_writer& number(std::string_view key, double value);
  document finish() &&;
  std::string finish_text() &&;

private:
  std::string out_ = "{";
};

/// The raw value of the input at a path; "null" when it has none.
std::string_view value_of(const act_request& what, const std::vector<std::string>& path);
/// The same as text; empty when it is no string.
std::string text_of(const act_request& what, const std::vector<std::string>& path);

/// "prefix-0123456789abcdef", always the same for a saga and step (and part of it).
std::string made_id(std::string_view prefix, const act_request& what, std::string_view part = {});

} // namespace sagas
