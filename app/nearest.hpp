// The name that somebody probably meant.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace sagas {

/// The candidate with the fewest edits (insert, delete, replace, swap of neighbours) from `wrong`;
/// empty when none is near enough to be meant.
std::string nearest(std::string_view wrong, const std::vector<std::string>& candidates);

/// ": did you mean x?", or nothing.
std::string suggestion(std::string_view wrong, const std::vector<std::string>& candidates);

} // namespace sagas
