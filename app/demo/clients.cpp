#include "app/demo/clients.hpp"

#include <thread>

#include <nlohmann/json.hpp>

namespace sagas::demo {
namespace {

using nlohmann::json;

constexpr milliseconds answer_within{20'000};
constexpr milliseconds lost_after{30'000};
constexpr milliseconds breath{5}; // between tries while the server refuses starts

std::string member_of(std::string_view body, const char* name) {
  const json parsed = json::parse(body, nullptr, false);
  return parsed.is_object() ? parsed.value(name, "") : std::string{};
}

// An answer that says: not now, and nothing has happened.
bool is_busy(const load::answer& said) {
  return (said.status == 503 || said.status == 429)
         && said.body.find("resultado-desconocido") == std::string_view::npos;
}

bool is_unclear(const load::answer& said) {
  return said.status == 0 || (said.status == 503 && !is_busy(said));
}

} // namespace

result<load::summary> campaign_clients::start_all(const std::string& url, std::size_t connections) {
  return run(url, connections, phase::starting);
}

result<load::summary> campaign_clients::read_all(const std::string& url, std::size_t connections) {
  return run(url, connections, phase::reading);
}

result<load::summary> campaign_clients::run(const std::string& url, std::size_t connections,
                                            phase first) {
  const auto where = load::parse_target(url);
  if (!where)
    return where.error();
  first_ = first;
  taken_ = 0;
  clients_.assign(connections, {});
  return load::run({.host = where->host,
                    .port = where->port,
                    .clients = connections,
                    .next = [this](std::size_t index, std::string& to) { return next(index, to); },
                    .done = [this](const load::answer& said) { done(said); },
                    .answer_within = answer_within,
                    .lost_after = lost_after});
}

bool campaign_clients::next(std::size_t index, std::string& to) {
  client& self = clients_[index];
  if (abandoned_)
    return false;
  if (std::exchange(refused_, false))
    std::this_thread::sleep_for(breath); // all of them: the server is the same for each
  while (self.now == phase::idle) {
    if (stopped_ || taken_ == orders_.size())
      return false;
    if (first_ == phase::starting)
      std::this_thread::sleep_for(pace_);
    self = {first_, &orders_[taken_++], false};
    if (first_ == phase::reading && self.order->saga.empty())
      self.now = phase::idle;
  }
  switch (self.now) {
  case phase::idle:
  case phase::starting:
  case phase::repeating:
  case phase::misusing: write_start(index, to); break;
  case phase::cancelling:
    load::write_request(to, "POST", "/api/v1/sagas/" + self.order->saga + "/cancelar",
                        R"({"razon":"cambio de planes"})");
    break;
  case phase::reading:
    load::write_request(to, "GET", "/api/v1/sagas/" + self.order->saga + "/estado");
    break;
  }
  return true;
}

void campaign_clients::write_start(std::size_t index, std::string& to) {
  const client& self = clients_[index];
  note_start("started", index);
  load::write_request(to, "POST", "/api/v1/comandos/lanzar-campania-completa",
                      self.now == phase::misusing ? self.order->other_body() : self.order->body(),
                      "Idempotency-Key: " + self.order->id + "\r\n");
}

void campaign_clients::note_start(const char* what, std::size_t index, std::string_view saga,
                                  std::string_view state) {
  const client& self = clients_[index];
  const std::uint64_t digest = self.order->digest() + (self.now == phase::misusing ? 1 : 0);
  log_.add({what, index, self.order->id, digest, saga, state});
}

void campaign_clients::done(const load::answer& said) {
  client& self = clients_[said.client];
  refused_ = is_busy(said);
  switch (self.now) {
  case phase::idle: break;
  case phase::starting:
  case phase::repeating:
  case phase::misusing: on_start(self, said); break;
  case phase::cancelling: on_cancel(self, said); break;
  case phase::reading: on_read(self, said); break;
  }
}

void campaign_clients::on_start(client& self, const load::answer& said) {
  if (is_unclear(said))
    return note_start("unknown", said.client);
  if (said.status != 202) {
    note_start("refused", said.client, {}, std::to_string(said.status));
    if (is_busy(said))
      return;
    if (self.now != phase::misusing || said.status != 422)
      be_surprised(self, said);
    return go_on(self);
  }
  const std::string saga = member_of(said.body, "saga_id");
  note_start("ok", said.client, saga, member_of(said.body, "estado"));
  if (self.now == phase::starting) {
    self.order->saga = saga;
    ++acknowledged_;
  }
  go_on(self);
}

void campaign_clients::on_cancel(client& self, const load::answer& said) {
  self.unclear = self.unclear || is_unclear(said);
  if (is_unclear(said) || is_busy(said))
    return;
  if (said.status == 202)
    self.order->cancelled = campaign::cancel::accepted;
  else
    self.order->cancelled = self.unclear ? campaign::cancel::unclear : campaign::cancel::refused;
  if (said.status != 202 && said.status != 409)
    be_surprised(self, said);
  go_on(self);
}

void campaign_clients::on_read(client& self, const load::answer& said) {
  if (is_unclear(said) || is_busy(said))
    return;
  const std::string state = said.status == 200 ? member_of(said.body, "estado")
                                               : std::to_string(said.status);
  log_.add({.what = "read", .client = said.client, .saga = self.order->saga, .state = state});
  if (said.status != 200)
    be_surprised(self, said);
  self.now = phase::idle;
}

// What a client does next with its campaign.
void campaign_clients::go_on(client& self) {
  const campaign& order = *self.order;
  if (self.now == phase::starting && order.saga.empty())
    self.now = phase::idle; // refused for good
  else if (self.now == phase::starting && order.plan->then == intervention::cancel)
    self.now = phase::cancelling;
  else if (self.now == phase::starting && order.repeats)
    self.now = phase::repeating;
  else if (self.now == phase::repeating && order.misuses)
    self.now = phase::misusing;
  else
    self.now = phase::reading;
}

void campaign_clients::be_surprised(const client& self, const load::answer& said) {
  if (surprise_.empty())
    surprise_ = self.order->id + " (" + std::string{self.order->plan->name} + ") was answered "
                + std::to_string(said.status) + " " + std::string{said.body};
}

} // namespace sagas::demo
