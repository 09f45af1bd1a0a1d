#include "app/web_participants.hpp"

#include "app/clock.hpp"
#include "app/config_layers.hpp"
#include "app/secret_reference.hpp"
#include "http/participant/web_participant.hpp"

namespace sagas {
namespace {

constexpr std::size_t file_max = 1 << 20;
} // namespace

result<std::string> add_web_participants(engine& to, const std::string& path) {
  if (path.empty())
    return std::string{};
  const auto text = read_small_file(path, file_max);
  if (!text)
    return failure{errc::invalid_input,
                   "participants.file: " + path + " can't be read, or is larger than 1 MiB"};
  auto all = http::parse_web_participants(*text, secret_behind);
  if (!all)
    return failure{all.error().code, path + ": " + all.error().message, all.error().fields};
  auto opened = http::web_client::open();
  if (!opened)
    return opened.error();
  const std::shared_ptr<http::web_client> client = std::move(*opened);
  for (http::web_participant_settings& each : all->participants) {
    const std::string service = each.service;
    to.add_participant(service, "http",
                       std::make_shared<http::web_participant>(std::move(each), client, now),
                       {.workers = 0});
  }
  return std::move(all->callback.key);
}

} // namespace sagas
