// A realistic campaign, of which every saga launches one of its own.
#pragma once

#include <cstdint>
#include <string>

#include "saga/orchestrator.hpp"

namespace sagas::bench {

/// Makes starts of one definition, numbered; their size does not depend on the number.
class campaign_maker {
public:
  /// `plan`'s entrada must be that of lanzar_campania_completa.
  explicit campaign_maker(definition_ptr plan);

  const definition_ptr& plan() const { return plan_; }
  /// What http/ hands to the engine for request_body(number).
  start_request start(std::uint64_t number) const;
  /// {"campania":{...},"usuario_id"}, for POST /comandos/lanzar-campania-completa.
  static std::string command_body(std::uint64_t number);
  /// {"tipo","usuario_id","entrada"}, for POST /sagas and /sagas/lote.
  std::string start_body(std::uint64_t number) const;

private:
  definition_ptr plan_;
  document prepared_; // entrada number 0, with defaults
};

std::string campaign_id_of(std::uint64_t number);
/// One of 1,000.
std::string user_id_of(std::uint64_t number);

/// lanzar_campania_completa as it ships.
definition_ptr launch_plan();
/// The same as another type, whose attempts are waited for during an hour: for sagas that are to
/// stay unfinished.
definition_ptr patient_plan();

} // namespace sagas::bench
