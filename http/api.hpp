// The HTTP interface of the engine, contract section 3, as routes over exchanges: no socket here.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "http/access/gate.hpp"
#include "http/attention_pages.hpp"
#include "http/exchange.hpp"
#include "http/live_events.hpp"
#include "http/participant_desk.hpp"
#include "http/redaction.hpp"
#include "http/schedule_desk.hpp"
#include "http/subscription_desk.hpp"
#include "saga/log.hpp"
#include "saga/orchestrator.hpp"
#include "saga/queries.hpp"
#include "saga/registry.hpp"

namespace sagas::http {

struct api_limits {
  std::size_t body_max = 1 << 20;        ///< bytes; the server enforces it below the parser
  std::size_t batch_body_max = 16 << 20; ///< bytes of a POST /sagas/lote
  std::size_t batch_items_max = 10'000;
  milliseconds wait_max{300'000};   ///< the longest ?esperar=
  std::size_t starts_shared = 1000; ///< in flight, of all keys, when several ask
  std::size_t waiting_max = 10'000; ///< answers that may wait for the end of their saga
};

/// All that the routes need. References must outlive the routes and the answers they still owe.
struct api_context {
  orchestrator& engine;
  queries& reads;
  definition_registry& definitions;
  live_events& events;
  logger& log;
  std::function<timestamp()> clock;
  std::function<std::string()> metrics_text; ///< GET /metrics, in Prometheus' text format
  api_limits limits = {};
  bool injection_allowed = false; ///< whether a start may ask for injected failures ("inyeccion")
  std::string version = "0.1.0";  ///< of the program, told in the OpenAPI document
  /// Counts what is parked; none: made here.
  std::shared_ptr<attention_census> attention = {};
  redaction hides = {};                       ///< fields of payloads that no answer shows
  key_source keys = {};                       ///< none: whoever comes may do everything
  std::string callback_key = {};              ///< of participants' reports; empty: none are taken
  participant_desk* desk = nullptr;           ///< where web services are registered; none: nowhere
  subscription_desk* subscriptions = nullptr; ///< where webhooks are set up; none: nowhere
  schedule_desk* schedules = nullptr;         ///< where sagas are scheduled; none: nowhere
};

/// Every route. They share one thread of their own, which ends with the last of them.
std::vector<route> make_routes(api_context context);

} // namespace sagas::http
