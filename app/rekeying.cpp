#include "app/rekeying.hpp"

#include <chrono>
#include <optional>
#include <thread>

#include <nlohmann/json.hpp>

#include "app/clock.hpp"
#include "app/payload_keys_file.hpp"

namespace sagas {
namespace {

using nlohmann::json;
using steady = std::chrono::steady_clock;
using resealer = std::function<result<reseal_report>()>;

constexpr std::size_t bite = 100;       // when nobody waits
constexpr std::size_t server_bite = 25; // starts wait behind it
constexpr int server_rests = 4;         // times as long as a bite

std::string named(const std::string& key) {
  return key.empty() ? "stores payloads plain" : "encrypts with the key '" + key + "'";
}

std::string text_of(const json& body, const char* member) {
  const auto found = body.find(member);
  return found != body.end() && found->is_string() ? found->get<std::string>() : std::string{};
}

std::uint64_t number_of(const json& body, const char* member) {
  const auto found = body.find(member);
  return found != body.end() && found->is_number_unsigned() ? found->get<std::uint64_t>() : 0;
}

result<reseal_report> report_of(const json& body, const std::string& url) {
  const auto finished = body.find("terminada");
  const auto keys = body.find("claves_en_uso");
  if (finished == body.end() || !finished->is_boolean() || keys == body.end() || !keys->is_array())
    return {errc::unavailable, "the server at " + url + " does not say how far it has come"};
  reseal_report read{.key = text_of(body, "clave"),
                     .sagas = number_of(body, "sagas"),
                     .resealed = number_of(body, "recifradas"),
                     .locked = number_of(body, "ilegibles"),
                     .why = text_of(body, "causa"),
                     .finished = finished->get<bool>()};
  for (const json& each : *keys)
    if (each.is_string())
      read.keys_in_use.push_back(each.get<std::string>());
  return read;
}

// Whether the server at the address has the database that is named here: it knows its oldest saga.
status check_same(api_client& server, const rekey_order& what) {
  const auto reads = open_own_reads(what.where);
  if (!reads)
    return reads.error();
  const auto oldest = (*reads)->ended(now(), {}, 1);
  if (!oldest)
    return oldest.error();
  if (!oldest->last)
    return nothing{}; // there is none
  const auto answer = server.send({.path = "/api/v1/sagas/" + to_text(*oldest->last) + "/estado"});
  if (!answer)
    return failure{answer.error().code,
                   answer.error().message + " (a server has the database: name it with --url)"};
  if (answer->status == 404)
    return {errc::conflict, "the server at " + what.server.url
                              + " has another database: name the one that has this with --url"};
  return nothing{};
}

// What the configuration wants payloads to become; nothing when it names no keys.
std::optional<std::string> wanted_key(const rekey_order& what, const payload_keys_ptr& keys) {
  if (what.to_plain)
    return std::string{};
  if (!keys)
    return std::nullopt;
  return keys->sealing() ? keys->sealing()->id : std::string{};
}

result<resealer> server_resealer(const rekey_order& what, const payload_keys_ptr& keys) {
  auto opened = what.server.open();
  if (!opened)
    return opened.error();
  const auto server = std::make_shared<api_client>(std::move(*opened));
  if (const status same = check_same(*server, what); !same)
    return same.error();
  const auto wanted = wanted_key(what, keys);
  return resealer{[server, wanted, url = what.server.url]() -> result<reseal_report> {
    const auto begun = steady::now();
    const auto body = post_patiently(
      *server, url, {.path = "/api/v1/sagas/recifrar?limite=" + std::to_string(server_bite)});
    if (!body)
      return body.error();
    auto told = report_of(*body, url);
    if (told && wanted && told->key != *wanted)
      return {errc::conflict, "the server at " + url + " " + named(told->key)
                                + ", and what is asked for here is one that " + named(*wanted)
                                + ": restart it with the file of keys that says so"};
    if (told && !told->finished)
      std::this_thread::sleep_for(server_rests * (steady::now() - begun));
    return told;
  }};
}

result<resealer> own_resealer(const rekey_order& what, const payload_keys_ptr& keys) {
  const auto own_keys = what.to_plain && keys
                          ? std::make_shared<const payload_keys>(keys->opening_only())
                          : keys;
  auto own = open_own_store(what.where, own_keys);
  if (!own)
    return own.error();
  return resealer{[store = *own] { return store->reseal(bite); }};
}

result<reseal_report> run(const resealer& next, const rekey_order& what) {
  reseal_report sums;
  while (!sums.finished) {
    auto told = next();
    if (!told)
      return told;
    told->sagas += sums.sagas;
    told->resealed += sums.resealed;
    sums = std::move(*told);
    if (what.progress)
      what.progress(sums);
  }
  return sums;
}

} // namespace

result<rekey_outcome> rekey(const rekey_order& what) {
  if (const status present = check_database_present(what.where); !present)
    return present.error();
  const auto keys = payload_keys_of(what.where);
  if (!keys)
    return keys.error();
  auto next = own_resealer(what, *keys);
  const bool by_server = !next && next.error().code == errc::conflict;
  if (by_server)
    next = server_resealer(what, *keys);
  if (!next)
    return next.error();
  auto pass = run(*next, what);
  if (!pass)
    return pass.error();
  return rekey_outcome{std::move(*pass), by_server};
}

} // namespace sagas
