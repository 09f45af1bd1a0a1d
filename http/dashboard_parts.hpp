// The parts of the live page.
#pragma once

namespace sagas::http {

extern const char* const dashboard_style;
extern const char* const dashboard_body;
extern const char* const dashboard_script;

} // namespace sagas::http
