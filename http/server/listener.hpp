// The socket on which the server listens.
#pragma once

#include <cstdint>
#include <string>

#include "http/server/descriptor.hpp"
#include "saga/result.hpp"

namespace sagas::http {

/// Listens, non-blocking. A failure is one line with the remedy.
result<descriptor> listen_on(const std::string& host, std::uint16_t port);

/// The port that a listening socket has.
std::uint16_t port_of(const descriptor& listener);

} // namespace sagas::http
