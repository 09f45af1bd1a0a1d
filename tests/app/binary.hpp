// The real program as a child of a test.
#pragma once

#include <string>

#include "app/child_process.hpp"

namespace sagas::test {

/// The path of `sagas` beside this test program.
std::string sagas_path();

/// Runs `sagas ARGUMENTS...` to its end; a minute at most.
child_process::ended run_sagas(std::vector<std::string> arguments,
                               std::map<std::string, std::string> environment = {});

} // namespace sagas::test
