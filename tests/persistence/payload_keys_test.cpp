// The text of a file of keys, and the cipher behind it.
#include <cstdint>

#include "persistence/base64.hpp"
#include "persistence/payload_cipher.hpp"
#include "persistence/payload_keys.hpp"
#include "support/catch.hpp"
#include "tests/persistence/payload_texts.hpp"

using namespace sagas;
using namespace sagas::test;

namespace {

const std::string good = "q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA=";

std::string refusal(const std::string& text) {
  const auto keys = payload_keys::parse(text);
  REQUIRE_FALSE(keys);
  CHECK(keys.error().code == errc::invalid_input);
  return keys.error().message;
}

std::string from_hex(const std::string& digits) {
  std::string bytes;
  for (std::size_t i = 0; i < digits.size(); i += 2)
    bytes += static_cast<char>(std::stoi(digits.substr(i, 2), nullptr, 16));
  return bytes;
}

std::array<std::uint8_t, 32> filled(std::uint8_t byte) {
  std::array<std::uint8_t, 32> key{};
  key.fill(byte);
  return key;
}

} // namespace

TEST_CASE("the first key of a file seals, all of them open", "[persistence][payloads]") {
  const auto keys = payload_keys::parse("# ours\n\n  new = " + good + "  \r\nold=" + good);
  REQUIRE(keys);
  REQUIRE(keys->sealing());
  CHECK(keys->sealing()->id == "new");
  REQUIRE(keys->find("old"));
  CHECK(keys->find("old")->bytes[0] == 0xab);
  CHECK_FALSE(keys->find("older"));
  CHECK_FALSE(keys->opening_only().sealing());
  CHECK(keys->opening_only().find("new"));
  CHECK_FALSE(payload_keys{}.sealing());
}

TEST_CASE("the word plain in front of the keys lets them open alone", "[persistence][payloads]") {
  const auto keys = payload_keys::parse("plain\nk1 = " + good);
  REQUIRE(keys);
  CHECK_FALSE(keys->sealing());
  CHECK(keys->find("k1"));
}

TEST_CASE("a file of keys that is wrong is told by its line, and never quoted",
          "[persistence][payloads]") {
  CHECK(refusal("") == "there is no key: sagas db new-key makes one");
  CHECK(refusal("plain\n# nothing\n") == "there is no key: sagas db new-key makes one");
  CHECK(refusal("# a\nsecret").starts_with("line 2: is no line like NAME = KEY"));
  CHECK(refusal("two words = " + good).starts_with("line 1: is no line like NAME = KEY"));
  CHECK(refusal(std::string(33, 'k') + " = " + good).starts_with("line 1: is no line"));
  CHECK(refusal("k = c2VjcmV0")
        == "line 1: the key 'k' is not 32 bytes in base64: sagas db new-key makes one");
  CHECK(refusal("k = " + good.substr(0, 43)).find("'k' is not 32 bytes") != std::string::npos);
  CHECK(refusal("k = " + good + " # mine").find("'k' is not 32 bytes") != std::string::npos);
  CHECK(refusal("k = " + good + "\nj = " + good + "\nk = " + good)
        == "line 3: the key 'k' stands there already: each name once");
  CHECK(refusal("k = " + good + "\nplain")
        == "line 2: the word plain stands before all keys, and once");
  CHECK(refusal("plain\nplain\nk = " + good).starts_with("line 2: the word plain"));
  std::string many;
  for (int i = 0; i < 65; ++i)
    many += "k" + std::to_string(i) + " = " + good + "\n";
  CHECK(refusal(many).starts_with("line 65: these are more than 64 keys"));
}

TEST_CASE("a key that is added seals from then on, and leaves the rest as it was",
          "[persistence][payloads]") {
  const auto key = fresh_payload_key("k2");
  REQUIRE(key);
  const std::string line = "k2 = "
                           + to_base64({reinterpret_cast<const char*>(key->bytes.data()), 32})
                           + "\n";
  CHECK(with_sealing_key("# mine\n\nk1 = " + good + "\n", *key)
        == "# mine\n\n" + line + "k1 = " + good + "\n");
  CHECK(with_sealing_key("plain\nk1 = " + good, *key) == line + "k1 = " + good);
  const std::string first = with_sealing_key("", *key);
  CHECK(first.starts_with("# "));
  for (const std::string& text : {first, with_sealing_key("plain\nk1 = " + good, *key)}) {
    const auto keys = payload_keys::parse(text);
    REQUIRE(keys);
    CHECK(keys->sealing()->id == "k2");
    CHECK(keys->sealing()->bytes == key->bytes);
  }
  const auto other = fresh_payload_key("k3");
  REQUIRE(other);
  CHECK(other->bytes != key->bytes);
  for (const char* wrong : {"", "plain", "a b", "a:b", "ñ"})
    CHECK_FALSE(fresh_payload_key(wrong));
}

TEST_CASE("base64 gives back what it was made of, and takes nothing else",
          "[persistence][payloads]") {
  std::string bytes;
  for (int i = 0; i < 300; ++i) {
    CHECK(from_base64(to_base64(bytes)) == (bytes.empty() ? std::nullopt : std::optional{bytes}));
    bytes += static_cast<char>(i * 7);
  }
  CHECK(to_base64("sagas") == "c2FnYXM=");
  for (const char* wrong :
       {"", "c2FnYXM", " c2FnYXM=", "c2FnYXM=\n", "c2F=YXM=", "====", "c2Fn*XM="})
    CHECK_FALSE(from_base64(wrong));
}

// The vectors of https://c2sp.org/XAES-256-GCM; one for each way that the key of CMAC is made.
TEST_CASE("the cipher is XAES-256-GCM as its specification has it", "[persistence][payloads]") {
  const std::string nonce = "ABCDEFGHIJKLMNOPQRSTUVWX";
  const std::string text = "XAES-256-GCM";
  struct vector {
    std::uint8_t key;
    std::string context, sealed;
  };
  for (const vector& each :
       {vector{1, "", "ce546ef63c9cc60765923609b33a9a1974e96e52daf2fcf7075e2271"},
        vector{3, "c2sp.org/XAES-256-GCM",
               "986ec1832593df5443a179437fd083bf3fdb41abd740a21f71eb769d"}}) {
    payload_cipher cipher{filled(each.key)};
    std::string sealed = "before";
    cipher.seal(nonce, text, each.context, sealed);
    CHECK(sealed == "before" + from_hex(each.sealed));
    std::string opened;
    CHECK(cipher.open(nonce, from_hex(each.sealed), each.context, opened));
    CHECK(opened == text);
  }
}

TEST_CASE("what was sealed opens as it was, and not when any bit of it differs",
          "[persistence][payloads]") {
  payload_cipher cipher{filled(7)};
  payload_cipher other{filled(8)};
  const std::string nonce(24, 'n');
  for (const std::string& text : {std::string{}, std::string{"s"}, std::string(100'000, 'x')}) {
    std::string sealed, opened;
    cipher.seal(nonce, text, "here", sealed);
    CHECK(sealed.size() == text.size() + payload_cipher::tag_size);
    REQUIRE(cipher.open(nonce, sealed, "here", opened));
    CHECK(opened == text);
    CHECK_FALSE(cipher.open(nonce, sealed, "there", opened));
    CHECK(opened.empty());
    CHECK_FALSE(other.open(nonce, sealed, "here", opened));
    CHECK_FALSE(cipher.open(std::string(24, 'm'), sealed, "here", opened));
    CHECK_FALSE(cipher.open(std::string(23, 'n'), sealed, "here", opened));
    CHECK_FALSE(cipher.open(nonce, sealed.substr(1), "here", opened));
    CHECK_FALSE(cipher.open(nonce, sealed.substr(0, 15), "here", opened));
    for (const std::size_t at : {std::size_t{0}, sealed.size() / 2, sealed.size() - 1}) {
      std::string changed = sealed;
      changed[at] = static_cast<char>(changed[at] ^ 1);
      CHECK_FALSE(cipher.open(nonce, changed, "here", opened));
    }
    REQUIRE(cipher.open(nonce, sealed, "here", opened)); // a refusal leaves nothing behind
    CHECK(opened == text);
  }
}
