#include "bench/web_participants.hpp"

#include <fstream>

namespace sagas::bench {

web_participants::web_participants(const std::vector<std::string>& names) {
  for (const std::string& name : names)
    all_.push_back(std::make_unique<web_service>(name));
}

web_service& web_participants::named(const std::string& name) const {
  for (const auto& each : all_)
    if (each->name() == name)
      return *each;
  throw failed{"no service is called " + name};
}

std::vector<std::string> web_participants::flags(const database& of) const {
  json file{{"targets", json::array()}, {"participants", json::object()}};
  for (const auto& each : all_) {
    file["targets"].push_back(each->target());
    file["participants"][each->name()]["url"] = each->url() + "/{paso}/{operacion}";
  }
  const std::string path = of.file().string() + ".participants.json";
  std::ofstream{path} << file.dump();
  return {"--participants", path};
}

http::web_participant_settings web_participants::settings(const std::string& name,
                                                          std::uint32_t calls) const {
  const web_service& service = named(name);
  http::web_participant_settings made;
  made.service = name;
  made.url = service.url() + "/{paso}/{operacion}";
  made.lane.flow.concurrency = calls;
  made.lane.special_targets = {service.target()};
  return made;
}

void web_participants::behave(manner how) {
  for (const auto& each : all_)
    each->behave(how);
}

std::chrono::duration<double> web_participants::cpu_time() const {
  std::chrono::duration<double> all{};
  for (const auto& each : all_)
    all += each->cpu_time();
  return all;
}

std::vector<std::string> campaign_services() {
  return {"afiliados", "comisiones", "tracking", "notificaciones"};
}

} // namespace sagas::bench
