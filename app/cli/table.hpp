// Tables for people.
#pragma once

#include <string>
#include <vector>

namespace sagas::cli {

/// Columns padded to their widest cell, two blanks between; the first row is the heading. Control
/// characters become blanks; UTF-8 counts by characters. No row but the heading: "".
std::string table(const std::vector<std::vector<std::string>>& rows);

/// At most `characters`, with "…" where it was cut.
std::string shortened(const std::string& text, std::size_t characters);

} // namespace sagas::cli
