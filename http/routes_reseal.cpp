// Encrypting payloads anew after the key has changed: for sagas db rekey, beside a running server.
#include <utility>

#include "http/api_input.hpp"
#include "http/api_parameters.hpp"
#include "http/json_writer.hpp"

namespace sagas::http {
namespace {

constexpr std::size_t sagas_fallback = 25; // starts wait behind them
constexpr milliseconds durable_within{60'000};

response told(const reseal_report& done) {
  response answer;
  json_writer json{answer.body};
  json.begin_object();
  json.member_or_null("clave", done.key);
  json.member("sagas", done.sagas);
  json.member("recifradas", done.resealed);
  json.member("ilegibles", done.locked);
  json.member_or_null("causa", done.why);
  json.member("terminada", done.finished);
  json.key("claves_en_uso");
  json.begin_array();
  for (const std::string& each : done.keys_in_use)
    json.value(each);
  json.end_array();
  json.end_object();
  return answer;
}

response too_late() {
  return to_response({.type = problem_type::unknown_outcome,
                      .detail = "what was encrypted is not durable yet and may still become so: "
                                "repeat it"});
}

void reseal_some(const std::shared_ptr<api>& self, const exchange_ptr& x) {
  fault_list faults;
  const std::size_t limit = query_reader{x->req(), faults}.limit("limite", sagas_fallback);
  if (!faults.empty())
    return void(x->respond(refuse(faults.as_failure("the query"))));
  x->respond_within(durable_within, too_late);
  self->context.engine.reseal(limit, [x](const result<reseal_report>& done) {
    x->respond(done ? told(*done) : refuse(done.error()));
  });
}

} // namespace

void add_reseal_endpoints(std::vector<endpoint>& to) {
  to.push_back(
    {.method = "POST",
     .path = "/api/v1/sagas/recifrar",
     .id = "recifrarSagas",
     .needs = scope::admin,
     .tag = "Mando",
     .summary = "Stores the payloads of the next sagas as they would be stored now: encrypted with "
                "the server's present key, or plain. Each call goes on where the one before "
                "ended, until `terminada`; it may be repeated. `sagas db rekey` calls it.",
     .parameters = {limit_parameter(sagas_fallback)},
     .answers = {{200, "How far it has come, durably.", "Recifrado"}},
     .problems = write_problems(),
     .handle = reseal_some});
}

} // namespace sagas::http
