#include "app/audit/client_log.hpp"

#include <array>
#include <charconv>
#include <fstream>
#include <optional>

#include "saga/ledger.hpp"

namespace sagas::audit {
namespace {

using fields = std::array<std::string_view, 6>;

bool split(std::string_view line, fields& to) {
  for (std::size_t i = 0; i < to.size(); ++i) {
    const std::size_t end = line.find('\t');
    to[i] = line.substr(0, end);
    if ((end == std::string_view::npos) != (i + 1 == to.size()))
      return false;
    if (to[i] == "-")
      to[i] = {};
    line.remove_prefix(end == std::string_view::npos ? line.size() : end + 1);
  }
  return true;
}

template <class Number>
std::optional<Number> number(std::string_view text) {
  Number value = 0;
  if (text.empty())
    return value;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
  if (read.ec != std::errc{} || read.ptr != text.data() + text.size())
    return std::nullopt;
  return value;
}

bool take(std::string_view line, client_history& to) {
  fields at;
  if (!split(line, at))
    return false;
  const auto client = number<std::size_t>(at[1]);
  const auto digest = number<std::uint64_t>(at[3]);
  if (!client || !digest)
    return false;
  if (at[0] == "read") {
    to.sagas[std::string{at[4]}].readings.push_back({*client, std::string{at[5]}});
    return true;
  }
  key_view& key = to.keys[std::string{at[2]}];
  if (at[0] == "started") {
    key.sent.insert(*digest);
  } else if (at[0] == "ok") {
    key.acknowledged.insert(*digest);
    key.sagas.emplace(at[4]);
    to.sagas[std::string{at[4]}].acknowledged.push_back(*digest);
  } else if (at[0] == "refused") {
    key.refused = true;
  } else if (at[0] == "unknown") {
    key.unknown = true;
  } else {
    return false;
  }
  return true;
}

void append(std::string& line, std::string_view field) {
  line += line.empty() ? "" : "\t";
  line += field.empty() ? "-" : field;
}

} // namespace

std::uint64_t start_digest(std::string_view campaign_id, std::string_view metadata) {
  return digest64(std::string{campaign_id} + '\n' + std::string{metadata});
}

result<client_log> client_log::create(const std::string& path) {
  client_log made;
  made.file_.reset(std::fopen(path.c_str(), "we"));
  if (!made.file_)
    return {errc::unavailable, "cannot write " + path};
  return made;
}

void client_log::add(const client_event& line) {
  std::string text;
  append(text, line.what);
  append(text, std::to_string(line.client));
  append(text, line.key);
  append(text, line.digest == 0 ? std::string{} : std::to_string(line.digest));
  append(text, line.saga);
  append(text, line.state);
  text += '\n';
  failed_ = std::fwrite(text.data(), 1, text.size(), file_.get()) != text.size() || failed_;
}

status client_log::close() {
  if (std::fclose(file_.release()) != 0 || failed_)
    return failure{errc::unavailable, "the clients' log could not be written"};
  return nothing{};
}

result<client_history> read_client_log(const std::string& path) {
  std::ifstream file{path};
  if (!file)
    return {errc::not_found, "there is no file " + path};
  client_history read;
  std::string line;
  for (std::size_t at = 1; std::getline(file, line); ++at)
    if (!take(line, read))
      return {errc::corrupt, path + ":" + std::to_string(at) + ": no line of a clients' log"};
  return read;
}

} // namespace sagas::audit
