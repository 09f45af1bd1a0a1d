// The guard's framing, without sockets: how the bytes are split must not matter.
#include <memory>
#include <random>

#include "http/server/request_parser.hpp"
#include "http/server/request_reader.hpp"
#include "support/catch.hpp"

using namespace sagas::http;

namespace {

struct cut {
  std::vector<std::string> wholes; // head and body of each
  arrival end = arrival::nothing;
  int status = 0; // of the refusal

  bool operator==(const cut&) const = default;
};

// Feeds `bytes` in pieces of random size, or in one.
cut read_all(const std::string& bytes, const server_options& limits, std::mt19937* random) {
  request_reader reader{limits, std::make_shared<byte_budget>(limits.bodies_max)};
  cut result;
  for (std::size_t at = 0; at < bytes.size() && reader.state() != arrival::refused;) {
    const std::size_t size = random ? std::uniform_int_distribution<std::size_t>{1, 40}(*random)
                                    : bytes.size();
    arrival state = reader.take(std::string_view{bytes}.substr(at, size));
    at += size;
    for (; state == arrival::whole; state = reader.take({})) {
      const raw_request one = reader.release();
      CHECK(one.body.size() == one.facts.body_size);
      result.wholes.push_back(one.head + one.body);
    }
  }
  result.end = reader.state();
  result.status = result.end == arrival::refused ? kind_of(reader.why().type).status : 0;
  return result;
}

const std::string sample =
  "POST /a%20b?c=d&e HTTP/1.1\r\nHost: localhost:8003\r\nContent-Type: application/json\r\n"
  "Content-Length: 12\r\nExpect: 100-continue\r\n\r\n{\"a\":\"b\\n\"} GET / HTTP/1.1\r\n"
  "Host: x\r\nConnection: close\r\n\r\nDELETE /x HTTP/1.0\r\nContent-Length: 0\r\n\r\n";

// Changes, doubles, drops or moves some bytes.
std::string garbled(std::mt19937& random) {
  using namespace std::string_literals;
  static const std::string spice =
    "\r\n\r\n: \t,%0Aa0Content-Length:5Transfer-Encoding:x\0\x7f\xff"s;
  std::string text = sample;
  for (int times = static_cast<int>(random() % 4); times >= 0; --times) {
    const std::size_t at = random() % text.size();
    const std::size_t size = 1 + random() % 6;
    const std::string piece = spice.substr(random() % spice.size(), size);
    switch (random() % 3) {
    case 0: text.replace(at, size, piece); break;
    case 1: text.insert(at, piece); break;
    default: text.erase(at, size); break;
    }
    text += ' '; // so that it never gets empty
  }
  return text;
}

} // namespace

TEST_CASE("three requests in a row are three, wherever the pieces end", "[http][server]") {
  const server_options limits;
  std::mt19937 random{1};
  const cut whole = read_all(sample, limits, nullptr);
  CHECK(whole.wholes.size() == 3);
  CHECK(whole.end == arrival::nothing);
  for (int i = 0; i < 200; ++i)
    CHECK(read_all(sample, limits, &random) == whole);
}

TEST_CASE("garbled requests are read alike in one piece and in many, and parsed or refused",
          "[http][server]") {
  server_options limits;
  limits.target_max = 64;
  limits.head_max = 256;
  std::mt19937 random{2};
  const request_parser parser;
  std::size_t accepted = 0;
  std::size_t refused = 0;
  for (int i = 0; i < 20'000; ++i) {
    const std::string bytes = garbled(random);
    const cut one = read_all(bytes, limits, nullptr);
    REQUIRE(read_all(bytes, limits, &random) == one);
    for (const std::string& text : one.wholes) {
      raw_request raw;
      raw.head = text.substr(0, text.find("\r\n\r\n") + 4);
      const auto parsed = parser.parse(raw);
      if (!parsed)
        continue; // a method that the library does not know
      ++accepted;
      CHECK(parsed->path.starts_with('/'));
      CHECK(parsed->headers.count("transfer-encoding") == 0);
      CHECK(parsed->headers.count("content-length") <= 1);
    }
    refused += one.end == arrival::refused ? 1 : 0;
  }
  CHECK(accepted > 10'000);
  CHECK(refused > 5'000);
}

TEST_CASE("a head that is searched piece by piece costs no more than its size", "[http][server]") {
  server_options limits;
  limits.head_max = 4 << 20;
  limits.headers_max = 1 << 20;
  request_reader reader{limits, std::make_shared<byte_budget>(limits.bodies_max)};
  reader.take("GET / HTTP/1.1\r\nHost: x\r\n");
  for (int i = 0; i < 500'000; ++i) // minutes, if each piece looked at all before it
    REQUIRE(reader.take("X: y\r\n") == arrival::part_of_head);
  CHECK(reader.take("\r\n") == arrival::whole);
}
