#include "app/telemetry.hpp"

#include <memory>

#include "support/catch.hpp"

using namespace sagas;

namespace {

definition_ptr plan_of(const std::string& type, const std::string& service) {
  auto plan = std::make_shared<definition>();
  plan->type = type;
  plan->steps.push_back({});
  plan->steps.back().service = service;
  return plan;
}

bool has(const std::string& text, const std::string& part) {
  INFO(part);
  return text.find(part) != std::string::npos;
}

} // namespace

TEST_CASE("figures appear under their names with their labels", "[app][telemetry]") {
  definition_registry known;
  known.add(plan_of("pedido", "pagos"));
  prometheus_telemetry figures{known, 2};
  figures.saga_started("pedido");
  figures.saga_started("pedido");
  figures.saga_ended("pedido", saga_status::compensated, telemetry::seconds{0.02});
  figures.attempt_ended("pagos", operation::compensation, outcome_kind::unknown,
                        telemetry::seconds{0.2});
  figures.batch_committed(1, 12, telemetry::seconds{0.004});
  figures.batch_failed(0);
  figures.store_available(0, false);
  figures.in_flight(7, 3);
  const std::string text = figures.text();
  INFO(text);
  CHECK(has(text, "sagas_started_total{tipo=\"pedido\"} 2"));
  CHECK(has(text, "sagas_ended_total{estado=\"COMPENSADA\",tipo=\"pedido\"} 1"));
  CHECK(has(text, "sagas_duration_seconds_count{tipo=\"pedido\"} 1"));
  CHECK(has(text, "sagas_attempts_total{microservicio=\"pagos\",operacion=\"COMPENSACION\","
                  "resultado=\"DESCONOCIDO\"} 1"));
  CHECK(has(text, "sagas_transitions_total{escritor=\"2\"} 12"));
  CHECK(has(text, "sagas_commit_failures_total{escritor=\"1\"} 1"));
  CHECK(has(text, "sagas_store_available{escritor=\"1\"} 0"));
  CHECK(has(text, "sagas_store_available{escritor=\"2\"} 1"));
  CHECK(has(text, "sagas_active 7"));
  CHECK(has(text, "sagas_queued_commits 3"));
  CHECK(has(text, "process_resident_memory_bytes "));
}

TEST_CASE("the figures of a pool of sessions appear where there is one", "[app][telemetry]") {
  definition_registry known;
  prometheus_telemetry figures{known};
  CHECK_FALSE(has(figures.text(), "sagas_pool"));
  const std::string text = figures.text(pool_figures{.sessions_max = 50,
                                                     .in_use = 7,
                                                     .idle = 13,
                                                     .waiting = 2,
                                                     .opened = 31,
                                                     .replaced = 4,
                                                     .waits = 9,
                                                     .timed_out = 1,
                                                     .waited_s = 2.5});
  INFO(text);
  CHECK(has(text, "# TYPE sagas_pool_waits_total counter"));
  for (const char* line :
       {"sessions_max 50", "open 20", "in_use 7", "idle 13", "waiting 2", "opened_total 31",
        "replaced_total 4", "waits_total 9", "timeouts_total 1", "wait_seconds_total 2.5"})
    CHECK(has(text, std::string{"\nsagas_pool_"} + line + "\n"));
}

TEST_CASE("what waits for a person is told by type and service, with its age", "[app][telemetry]") {
  definition_registry known;
  prometheus_telemetry figures{known};
  CHECK_FALSE(has(figures.text(), "sagas_attention"));
  attention_summary parked;
  parked.at = timestamp{milliseconds{1'000'000}};
  for (int i = 0; i < 130; ++i) {
    cause_group& group = parked.causes.emplace_back();
    group.type = "tipo_" + std::to_string(i / 2);
    group.service = i % 2 ? "pagos" : "bancos";
    group.count = 3;
    group.oldest = parked.at - milliseconds{1'500 + i};
  }
  parked.causes.push_back(parked.causes.front());
  const std::string text = figures.text(std::nullopt, parked);
  INFO(text);
  CHECK(has(text, "# TYPE sagas_attention_steps gauge"));
  CHECK(has(text, R"(sagas_attention_steps{tipo="tipo_0",microservicio="bancos"} 6)"));
  CHECK(has(text, R"(sagas_attention_oldest_seconds{tipo="tipo_0",microservicio="pagos"} 1.501)"));
  CHECK(has(text, R"(sagas_attention_steps{tipo="otro",microservicio="otro"} 90)"));
  CHECK_FALSE(has(text, "tipo_50"));
}

TEST_CASE("labels stay bounded whatever callers send", "[app][telemetry]") {
  definition_registry known;
  prometheus_telemetry figures{known};
  figures.saga_started("nobody-registered-this");
  for (int i = 0; i < 500; ++i) {
    const std::string type = "tipo_" + std::to_string(i);
    known.add(plan_of(type, "s"));
    figures.saga_started(type);
  }
  const std::string text = figures.text();
  CHECK_FALSE(has(text, "nobody-registered-this"));
  CHECK(has(text, "sagas_started_total{tipo=\"otro\"} 402"));
  CHECK(has(text, "sagas_started_total{tipo=\"tipo_98\"} 1"));
  CHECK_FALSE(has(text, "tipo_99\""));
}
