#include "app/web_participants.hpp"

#include "app/clock.hpp"
#include "app/config_layers.hpp"
#include "app/secret_reference.hpp"
#include "http/participant/web_participant.hpp"

namespace sagas {
namespace {

constexpr std::size_t file_max = 1 << 20;

// In place of one whose document can't be used: what it went before must not be called instead.
class unusable final : public participant {
public:
  explicit unusable(std::string why) : why_(std::move(why)) {}
  void invoke(const call&, answer reply) override {
    reply({outcome_kind::technical_failure, {}, "participante_mal_registrado", why_, {}});
  }

private:
  const std::string why_;
};

// Of whoever may register services: no other file of this machine, and no other variable.
std::optional<std::string> file_in(const std::string& folder, std::string_view name) {
  const bool plain = !name.empty() && !name.starts_with('.')
                     && name.find('/') == std::string_view::npos;
  return folder.empty() || !plain ? std::nullopt : std::optional{folder + "/" + std::string{name}};
}

std::optional<std::string> secret_of(const std::string& folder, std::string_view reference) {
  if (reference.starts_with("file:")) {
    const auto path = file_in(folder, reference.substr(5));
    return path ? secret_behind("file:" + *path) : std::nullopt;
  }
  const bool meant = reference.starts_with("env:" + std::string{registered_secrets});
  return meant ? secret_behind(reference) : std::nullopt;
}

// With its first fault.
std::string in_one_line(const failure& why) {
  return why.fields.empty() ? why.message
                            : why.fields.front().pointer + " " + why.fields.front().message;
}

result<http::web_participants_file> read_file(const std::string& path) {
  if (path.empty())
    return http::web_participants_file{};
  const auto text = read_small_file(path, file_max);
  if (!text)
    return failure{errc::invalid_input,
                   "participants.file: " + path + " can't be read, or is larger than 1 MiB"};
  auto all = http::parse_web_participants(*text, secret_behind);
  if (!all)
    return failure{all.error().code, path + ": " + all.error().message, all.error().fields};
  return all;
}

} // namespace

web_participants::web_participants(engine& to, std::shared_ptr<http::web_client> client,
                                   http::web_participant_terms terms)
  : engine_(to), client_(std::move(client)), terms_(std::move(terms)) {}

result<std::unique_ptr<web_participants>> web_participants::open(engine& to, const config& values) {
  auto file = read_file(values.participants.file);
  if (!file)
    return file.error();
  auto client = http::web_client::open();
  if (!client)
    return client.error();
  const std::string folder = values.participants.secrets;
  http::web_participant_terms terms{
    .secrets = [folder](std::string_view reference) { return secret_of(folder, reference); },
    .files = [folder](std::string_view name) { return file_in(folder, name); },
    .targets = list_of(values.participants.targets),
    .callback = file->callback};
  terms.targets.insert(terms.targets.end(), file->targets.begin(), file->targets.end());
  std::unique_ptr<web_participants> made{
    new web_participants{to, std::move(*client), std::move(terms)}};
  for (http::web_participant_settings& each : file->participants) {
    const std::string service = each.service;
    to.add_participant(service, "http",
                       std::make_shared<http::web_participant>(std::move(each), made->client_, now),
                       {.workers = 0});
  }
  return made;
}

status web_participants::load(queries& from, logger& log) {
  kept_query page{http::registered_kind, {}, {}};
  for (;;) {
    const auto found = from.kept(page);
    if (!found)
      return found.error();
    for (const kept_document& each : *found) {
      const auto document = parse_json(each.content.text(), file_max);
      const status fine = use(each.name,
                              document ? http::read_web_participant(each.name, *document, terms_)
                                       : document.error());
      if (!fine)
        log.write(log_level::error,
                  "a registered participant can't be used, and its calls fail: mend it with "
                  "sagas participants set",
                  {{"microservicio", each.name}, {"cause", in_one_line(fine.error())}});
    }
    if (found->size() < page.limit)
      return nothing{};
    page.after = found->back().name;
  }
}

status web_participants::check(const std::string& service, const json_value& document) const {
  const auto read = http::read_web_participant(service, document, terms_);
  return read ? status{nothing{}} : status{read.error()};
}

status web_participants::use(const std::string& service,
                             const result<http::web_participant_settings>& how) {
  std::shared_ptr<participant> who;
  if (how)
    who = std::make_shared<http::web_participant>(*how, client_, now);
  else
    who = std::make_shared<unusable>("su registro no sirve: " + in_one_line(how.error()));
  engine_.set_participant(service, "http", std::move(who), {.workers = 0});
  return how ? status{nothing{}} : status{how.error()};
}

// What does not pass check() was told then, and is told by every call.
void web_participants::serve(const std::string& service, const json_value& document) {
  (void)use(service, http::read_web_participant(service, document, terms_));
}

void web_participants::drop(const std::string& service) {
  engine_.set_participant(service, "http", nullptr);
}

} // namespace sagas
