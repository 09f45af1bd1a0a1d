// Statistics on the wire.
#pragma once

#include "http/json_writer.hpp"
#include "saga/queries.hpp"

namespace sagas::http {

void write_statistics(json_writer& json, const statistics& what);

} // namespace sagas::http
