#include "http/participant/settings.hpp"

#include <algorithm>
#include <memory>
#include <set>

#include <curl/curl.h>

#include "saga/json_reader.hpp"
#include "saga/text.hpp"

namespace sagas::http {
namespace {

using std::chrono::milliseconds;

constexpr std::size_t text_max = 1 << 20;
constexpr std::size_t url_max = 2'048;
constexpr std::size_t value_max = 4'096;
constexpr std::size_t headers_max = 32;
constexpr std::size_t targets_max = 1'000;
constexpr std::size_t callback_key_min = 32;
constexpr const char* places[] = {"{microservicio}", "{paso}", "{operacion}", "{saga_id}"};

// Those that the engine writes itself.
const std::set<std::string, std::less<>> own_headers{
  "content-type",    "content-length", "host",       "connection",     "transfer-encoding",
  "idempotency-key", "saga-id",        "saga-paso",  "saga-operacion", "saga-intento",
  "saga-plazo",      "saga-epoca",     "saga-firma", "traceparent",    "expect",
  "saga-respuesta",  "saga-token",
};

bool is_token(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](unsigned char c) {
    return std::isalnum(c) != 0
           || std::string_view{"!#$%&'*+-.^_`|~"}.find(static_cast<char>(c))
                != std::string_view::npos;
  });
}

bool is_printable(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](unsigned char c) { return c >= 0x20 && c != 0x7F; });
}

class settings_reader {
public:
  explicit settings_reader(const web_participant_terms& terms) : terms_(terms) {}

  result<web_participants_file> read(const json_value& whole);
  result<web_participant_settings> read_alone(const std::string& service, const json_value& from);

private:
  void read_targets(object_reader& from);
  void read_callbacks(object_reader& from);
  std::string secret_at(object_reader& from, std::string_view key);
  void read_one(const std::string& service, const json_value& from, const std::string& pointer);
  void read_url(object_reader& from, web_participant_settings& to);
  void read_headers(object_reader& from, web_participant_settings& to);
  void read_flow(object_reader& from, flow_terms& to);
  void read_tls(object_reader& from, lane_terms& to);
  std::string resolve(object_reader& from, std::string_view key, std::string text);

  std::string file_at(object_reader& from, std::string_view key);

  const web_participant_terms& terms_;
  fault_list faults_;
  web_participants_file made_;
};

void settings_reader::read_targets(object_reader& from) {
  const json_value* list = from.array("targets", targets_max);
  if (!list)
    return;
  for (const json_value& each : *list)
    if (each.is_string() && !each.get_ref<const std::string&>().empty())
      made_.targets.push_back(each.get<std::string>());
    else
      from.fault("targets", "each must be a text: \"host\" or \"host:port\"");
}

// "${env:NAME}" or "${file:PATH}" anywhere in a text.
std::string settings_reader::resolve(object_reader& from, std::string_view key, std::string text) {
  for (std::size_t at = text.find("${"); at != std::string::npos; at = text.find("${", at)) {
    const std::size_t end = text.find('}', at);
    const auto secret = end == std::string::npos
                          ? std::nullopt
                          : terms_.secrets(text.substr(at + 2, end - at - 2));
    if (!secret || !is_printable(*secret)) {
      from.fault(key, "names no secret that can be read: write ${env:NAME} or ${file:PATH}");
      return {};
    }
    text.replace(at, end + 1 - at, *secret);
    at += secret->size();
  }
  return text;
}

void settings_reader::read_url(object_reader& from, web_participant_settings& to) {
  const auto given = from.text("url", url_max);
  if (!given) {
    if (!faults_.has(pointer_to(from.pointer(), "url")))
      from.fault("url", "is missing: where its calls go");
    return;
  }
  to.url = *given;
  std::string plain = to.url; // as it will be, for the check
  for (const std::string_view place : places)
    for (std::size_t at = plain.find(place); at != std::string::npos; at = plain.find(place))
      plain.replace(at, place.size(), "x");
  const std::unique_ptr<CURLU, void (*)(CURLU*)> parsed{curl_url(), curl_url_cleanup};
  const auto has = [&](CURLUPart part) {
    char* text = nullptr;
    const bool found = curl_url_get(parsed.get(), part, &text, 0) == CURLUE_OK;
    curl_free(text);
    return found;
  };
  const bool web = plain.starts_with("http://") || plain.starts_with("https://");
  const std::size_t host_end = to.url.find('/', to.url.find("//") + 2);
  if (!web || !is_printable(plain) || plain.find_first_of("{} ") != std::string::npos
      || curl_url_set(parsed.get(), CURLUPART_URL, plain.c_str(), 0) != CURLUE_OK)
    from.fault("url", "is no http or https URL with {microservicio}, {paso}, {operacion} or "
                      "{saga_id} in it");
  else if (has(CURLUPART_USER) || has(CURLUPART_PASSWORD) || has(CURLUPART_FRAGMENT))
    from.fault("url", "must have no user and no fragment; write a secret as a header");
  else if (to.url.find('{') < host_end)
    from.fault("url", "must name its host itself");
}

void settings_reader::read_headers(object_reader& from, web_participant_settings& to) {
  const json_value* given = from.object("headers");
  if (!given)
    return;
  object_reader headers{*given, pointer_to(from.pointer(), "headers"), faults_};
  if (given->size() > headers_max)
    headers.fault("has more than 32 members");
  for (const auto& [name, ignored] : given->items()) {
    const auto value = headers.text(name, value_max);
    if (!is_token(name) || own_headers.contains(fold_case(name)))
      headers.fault(name, "is no header's name, or one that the engine writes itself");
    else if (value && !is_printable(*value))
      headers.fault(name, "holds a control character");
    else if (value)
      to.headers.push_back(name + ": " + resolve(headers, name, *value));
  }
  headers.done();
}

void settings_reader::read_flow(object_reader& from, flow_terms& to) {
  const auto whole = [&](const char* key, std::int64_t low, std::int64_t high,
                         std::uint32_t& into) {
    if (const auto value = from.integer(key, low, high))
      into = static_cast<std::uint32_t>(*value);
  };
  whole("concurrency", 1, 10'000, to.concurrency);
  whole("queue", 1, 1'000'000, to.queued);
  if (const auto rate = from.number("rate", 0.1, 1'000'000))
    to.rate = *rate;
  const json_value* circuit = from.object("circuit");
  if (!circuit)
    return;
  object_reader inside{*circuit, pointer_to(from.pointer(), "circuit"), faults_};
  if (const auto failures = inside.integer("failures", 0, 1'000'000))
    to.failures = static_cast<std::uint32_t>(*failures);
  if (const auto open = inside.duration("open", milliseconds{100}, milliseconds{3'600'000}))
    to.open_for = *open;
  inside.done();
}

std::string settings_reader::file_at(object_reader& from, std::string_view key) {
  const auto given = from.text(key, value_max);
  if (!given || !terms_.files)
    return given.value_or("");
  const auto path = terms_.files(*given);
  if (!path)
    from.fault(key, "must name a file in the folder participants.secrets");
  return path.value_or("");
}

void settings_reader::read_tls(object_reader& from, lane_terms& to) {
  const json_value* tls = from.object("tls");
  if (!tls)
    return;
  object_reader inside{*tls, pointer_to(from.pointer(), "tls"), faults_};
  to.ca_file = file_at(inside, "ca");
  to.certificate = file_at(inside, "certificate");
  to.key = file_at(inside, "key");
  if (to.certificate.empty() != to.key.empty())
    inside.fault("a certificate needs its key, and a key its certificate");
  inside.done();
}

// A text that is a reference, so that no secret stands in the file itself.
std::string settings_reader::secret_at(object_reader& from, std::string_view key) {
  const auto given = from.text(key, value_max);
  const std::string secret = given ? resolve(from, key, *given) : "";
  if (given && *given == secret)
    from.fault(key, "must refer to its secret: ${env:NAME} or ${file:PATH}");
  return secret;
}

void settings_reader::read_callbacks(object_reader& from) {
  const json_value* given = from.object("callbacks");
  if (!given)
    return;
  object_reader inside{*given, pointer_to(from.pointer(), "callbacks"), faults_};
  std::string& url = made_.callback.url;
  url = inside.text("url", url_max).value_or("");
  while (url.ends_with('/'))
    url.pop_back();
  if ((!url.starts_with("http://") && !url.starts_with("https://")) || !is_printable(url)
      || url.find_first_of("{}? #") != std::string::npos)
    inside.fault("url", "must be where participants reach this server: https://HOST:PORT");
  made_.callback.key = secret_at(inside, "key");
  if (made_.callback.key.size() < callback_key_min && !faults_.has(inside.pointer() + "/key"))
    inside.fault("key", "must refer to a secret of 32 characters or more");
  inside.done();
}

void settings_reader::read_one(const std::string& service, const json_value& from,
                               const std::string& pointer) {
  object_reader reader{from, pointer, faults_};
  web_participant_settings& to = made_.participants.emplace_back();
  to.service = service;
  if (!is_name(service))
    reader.fault("its key is no name of a microservicio");
  read_url(reader, to);
  read_headers(reader, to);
  to.signing_secret = secret_at(reader, "sign");
  if (const auto limit = reader.duration("connect_timeout", milliseconds{10}, milliseconds{60'000}))
    to.lane.connect_timeout = *limit;
  read_flow(reader, to.lane.flow);
  read_tls(reader, to.lane);
  reader.done();
}

result<web_participants_file> settings_reader::read(const json_value& whole) {
  object_reader reader{whole, "", faults_};
  read_targets(reader);
  read_callbacks(reader);
  if (const json_value* all = reader.object("participants"))
    for (const auto& [service, each] : all->items())
      read_one(service, each, pointer_to("/participants", service));
  reader.done();
  if (!faults_.empty())
    return faults_.as_failure("the participants");
  for (web_participant_settings& each : made_.participants) {
    each.lane.special_targets = made_.targets;
    each.callback = made_.callback;
  }
  return std::move(made_);
}

result<web_participant_settings> settings_reader::read_alone(const std::string& service,
                                                             const json_value& from) {
  read_one(service, from, "");
  if (!faults_.empty())
    return faults_.as_failure("the participant");
  web_participant_settings made = std::move(made_.participants.front());
  made.lane.special_targets = terms_.targets;
  made.callback = terms_.callback;
  return made;
}

} // namespace

result<web_participant_settings> read_web_participant(const std::string& service,
                                                      const json_value& from,
                                                      const web_participant_terms& terms) {
  return settings_reader{terms}.read_alone(service, from);
}

result<web_participants_file> parse_web_participants(std::string_view text,
                                                     const secret_source& secrets) {
  const auto parsed = parse_json(text, text_max);
  if (!parsed)
    return parsed.error();
  const web_participant_terms terms{.secrets = secrets};
  return settings_reader{terms}.read(*parsed);
}

} // namespace sagas::http
