// The command line as a whole.
#pragma once

namespace sagas::cli {

/// Parses the line, runs its verb and gives the exit code. Nothing escapes as an exception.
int run(int argc, char** argv);

} // namespace sagas::cli
