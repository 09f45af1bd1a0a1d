// The sagas that the routes' tests show.
#include "api_fakes.hpp"

namespace sagas::http::testing {

saga_id id_of(int number) {
  saga_id id = first_id_at(at("2026-01-31T09:08:07.000Z"));
  id.bytes[14] = static_cast<std::uint8_t>(number >> 8);
  id.bytes[15] = static_cast<std::uint8_t>(number);
  return id;
}

timestamp at(const std::string& iso) { return parse_iso(iso).value(); }

saga_view completed_saga(const saga_id& id) {
  saga_view view;
  view.header.id = id;
  view.header.type = "lanzar_campania_completa";
  view.header.status = saga_status::completed;
  view.header.steps_total = 4;
  view.header.started = at("2026-01-31T09:08:07.123Z");
  view.header.ended = at("2026-01-31T09:08:07.391Z");
  view.header.campaign_id = "camp-001";
  view.header.metadata = document{R"({"origen":"panel"})"};
  view.steps_completed = 4;
  return view;
}

step_view step_row_of(std::uint32_t order, std::size_t step, const std::string& name,
                      const std::string& service, operation op, step_status status) {
  step_view view{"p-" + std::to_string(step), name, "hace " + name, service, {}};
  view.row.order = order;
  view.row.step = step;
  view.row.op = op;
  view.row.attempt = 1;
  view.row.status = status;
  view.row.started = at("2026-01-31T09:08:07.200Z") + milliseconds{order * 10};
  view.row.input = document{R"({"campania_id":"camp-001"})"};
  if (status != step_status::running && status != step_status::compensating) {
    view.row.ended = view.row.started + milliseconds{5};
    view.row.kind = outcome_kind::done;
    view.row.output = document{R"({"encontrados":3})"};
  }
  return view;
}

} // namespace sagas::http::testing
