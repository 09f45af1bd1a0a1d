#include "tests/persistence/fake_mysql.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "support/catch.hpp"

namespace sagas::test {
namespace {

constexpr char query_command = 3;
constexpr char quit_command = 1;
constexpr ::timeval silence_max{10, 0}; // a client that says nothing is left

using namespace std::string_literals;

// Each packet: its size in three bytes, its number in one, then what it says.
std::string packet(int number, const std::string& what) {
  std::string all;
  for (const unsigned shift : {0U, 8U, 16U})
    all += static_cast<char>(what.size() >> shift & 0xFF);
  return all + static_cast<char>(number) + what;
}

// A text with its size in front.
std::string sized(const std::string& text) { return static_cast<char>(text.size()) + text; }

// Long passwords, 4.1's protocol, transactions, secure connections; plugins of authentication.
std::string greeting(const std::string& version) {
  return "\x0A" + version + "\0"s + "\1\0\0\0"s + "12345678\0"s + "\x09\xA2"s + "\x21\2\0"s
         + "\x08\0"s + "\x15" + std::string(10, '\0') + "123456789012\0"s
         + "mysql_native_password\0"s;
}

std::string done() { return "\0\0\0\2\0\0\0"s; }

std::string one_row(const std::string& value) {
  const std::string end = "\xFE\0\0\2\0"s;
  const std::string column = sized("def") + "\0\0\0"s + sized("v") + "\0"s
                             + "\x0C\x21\0\0\1\0\0\xFD\0\0\0\0\0"s;
  return packet(1, "\1") + packet(2, column) + packet(3, end) + packet(4, sized(value))
         + packet(5, end);
}

bool receive(int from, char* to, std::size_t size) {
  return ::recv(from, to, size, MSG_WAITALL) == static_cast<::ssize_t>(size);
}

// The next packet of the client; empty when it has gone.
std::string next_from(int client) {
  unsigned char head[4];
  if (!receive(client, reinterpret_cast<char*>(head), sizeof head))
    return {};
  std::string what(head[0] | head[1] << 8U | head[2] << 16U, '\0');
  return receive(client, what.data(), what.size()) ? what : std::string{};
}

void send(int client, const std::string& what) {
  ::send(client, what.data(), what.size(), MSG_NOSIGNAL);
}

} // namespace

fake_mysql::fake_mysql(std::string version, std::vector<line> script)
  : version_(std::move(version)), script_(std::move(script)),
    listener_(::socket(AF_INET, SOCK_STREAM, 0)) {
  ::sockaddr_in at{};
  at.sin_family = AF_INET;
  at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  ::socklen_t size = sizeof at;
  auto* const plain = reinterpret_cast<::sockaddr*>(&at);
  REQUIRE(::bind(listener_, plain, size) == 0);
  REQUIRE(::listen(listener_, 8) == 0);
  REQUIRE(::getsockname(listener_, plain, &size) == 0);
  port_ = ntohs(at.sin_port);
  worker_ = std::thread{[this] { serve(); }};
}

fake_mysql::~fake_mysql() {
  ::shutdown(listener_, SHUT_RDWR); // wakes accept
  worker_.join();
  ::close(listener_);
}

mysql_terms fake_mysql::terms() const {
  mysql_terms made;
  made.host = "127.0.0.1";
  made.port = port_;
  return made;
}

// One client after the other.
void fake_mysql::serve() {
  for (int client = 0; (client = ::accept(listener_, nullptr, nullptr)) >= 0; ::close(client)) {
    ::setsockopt(client, SOL_SOCKET, SO_RCVTIMEO, &silence_max, sizeof silence_max);
    talk(client);
  }
}

void fake_mysql::talk(int client) const {
  send(client, packet(0, greeting(version_)));
  next_from(client); // who it is
  send(client, packet(2, done()));
  for (;;) {
    const std::string asked = next_from(client);
    if (asked.empty() || asked[0] == quit_command)
      return;
    send(client, asked[0] == query_command ? answer_to(asked) : packet(1, done()));
  }
}

std::string fake_mysql::answer_to(const std::string& query) const {
  const auto known = std::find_if(script_.begin(), script_.end(), [&](const line& each) {
    return query.find(each.asked) != std::string::npos;
  });
  return known == script_.end() ? packet(1, done()) : one_row(known->answer);
}

} // namespace sagas::test
