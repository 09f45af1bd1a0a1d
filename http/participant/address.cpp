#include "http/participant/address.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "saga/text.hpp"

namespace sagas::http {
namespace {

bool is_special_v4(std::uint32_t address) {
  const std::uint32_t first = address >> 24;
  return first == 0 || first == 127 || first >= 224 || address >> 16 == 0xA9FE; // 169.254
}

bool is_special_v6(const in6_addr& address) {
  if (IN6_IS_ADDR_V4MAPPED(&address)) {
    std::uint32_t inside = 0;
    std::memcpy(&inside, address.s6_addr + 12, sizeof inside);
    return is_special_v4(ntohl(inside));
  }
  return IN6_IS_ADDR_UNSPECIFIED(&address) || IN6_IS_ADDR_LOOPBACK(&address)
         || IN6_IS_ADDR_LINKLOCAL(&address) || IN6_IS_ADDR_MULTICAST(&address);
}

} // namespace

bool is_special(const sockaddr& address) {
  if (address.sa_family == AF_INET) {
    sockaddr_in v4{};
    std::memcpy(&v4, &address, sizeof v4);
    return is_special_v4(ntohl(v4.sin_addr.s_addr));
  }
  if (address.sa_family == AF_INET6) {
    sockaddr_in6 v6{};
    std::memcpy(&v6, &address, sizeof v6);
    return is_special_v6(v6.sin6_addr);
  }
  return true; // nothing else is a web service's
}

bool is_listed(const std::vector<std::string>& list, const std::string& host,
               const std::string& port) {
  const std::string wanted = fold_case(host);
  return std::any_of(list.begin(), list.end(), [&](const std::string& entry) {
    const std::string listed = fold_case(entry);
    return listed == wanted || listed == wanted + ":" + port;
  });
}

} // namespace sagas::http
