// The example participants that ship, one for each language.
#pragma once

#include <string>
#include <vector>

#include "saga/result.hpp"

namespace sagas::test {

/// Where the shell would find a program; empty: nowhere.
std::string program_in_path(const std::string& name);

/// What starts the one in "C++", "Python" or "JavaScript", but for its port and its file.
/// errc::unavailable names the package that is missing.
result<std::vector<std::string>> example_participant(const std::string& language);

} // namespace sagas::test
