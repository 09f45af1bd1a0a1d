// Words as people write them: compared without regard to case, Spanish letters included.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace sagas {

/// `text` (UTF-8) in lower case: ASCII and the letters of Latin-1 (Á to Þ); other bytes as they
/// are.
std::string fold_case(std::string_view text);

/// Whether `text` is a name: 1 to `size_max` of the characters A-Z a-z 0-9 _ . : -
bool is_name(std::string_view text, std::size_t size_max = 100);

/// The length of the valid UTF-8 sequence at the front of `text`; 0 when there is none.
std::size_t utf8_length(std::string_view text);

/// `text` with U+FFFD for every byte that belongs to no valid sequence.
std::string repair_utf8(std::string_view text);

} // namespace sagas
