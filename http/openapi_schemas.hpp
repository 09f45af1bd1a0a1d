// What bodies and answers look like: members of components/schemas, as JSON text, with an example
// each. Tests hold real answers against them.
#pragma once

namespace sagas::http {

extern const char* const start_schemas;
extern const char* const saga_schemas;
extern const char* const event_schemas;
extern const char* const attention_schemas;
extern const char* const figure_schemas;
extern const char* const webhook_schemas;
extern const char* const schedule_schemas;
extern const char* const other_schemas;

} // namespace sagas::http
