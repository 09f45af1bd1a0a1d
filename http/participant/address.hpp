// Which addresses a call may go to.
#pragma once

#include <string>
#include <vector>

struct sockaddr;

namespace sagas::http {

/// Whether an address is of this machine, of the link, or of nobody: loopback, link-local (where
/// clouds keep their metadata), unspecified, multicast; IPv4 also inside IPv6.
bool is_special(const sockaddr& address);

/// Whether `host` (a name or an address, as in a URL) with `port` is listed; an entry is
/// "host:port", or "host" for every port. Without regard to case.
bool is_listed(const std::vector<std::string>& list, const std::string& host,
               const std::string& port);

} // namespace sagas::http
