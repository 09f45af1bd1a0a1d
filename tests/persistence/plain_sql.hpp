// Looks at a database as an outsider does: with SQLite alone. Never on a file that this process has
// open by another descriptor than SQLite's.
#pragma once

#include <string>

namespace sagas::test {

/// Runs statements; fails the test when one is refused.
void run(const std::string& path, const std::string& statements);

/// The rows of a query as text: columns apart by '|', rows by '\n', NULL as nothing.
std::string ask(const std::string& path, const std::string& query);

} // namespace sagas::test
