// What came of the checks of a participant, for people, for programs, and for CI.
#pragma once

#include <string>

#include "http/conformance/conformance.hpp"

namespace sagas {

/// Each check in a line; a failed one with what was sent, what is right, and how to mend it.
std::string as_text(const http::conformance::report& of, const http::conformance::target& at);
std::string as_json(const http::conformance::report& of, const http::conformance::target& at);
/// JUnit's XML, as CI servers read it.
std::string as_junit(const http::conformance::report& of);

} // namespace sagas
