// What a stand-in participant knows of its trade: the answers of a service that is not there.
//
// Pure and deterministic: the same request has the same answer, so that a repeated action could
// even be answered without a memory. Whether it is a repetition, and what was undone, is not its
// business but the stand_in's.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "saga/document.hpp"
#include "saga/ids.hpp"
#include "saga/json_text.hpp"
#include "saga/time.hpp"

namespace sagas {

/// An action to answer.
struct act_request {
  saga_id saga;
  std::string_view step;
  const json_lookup& input;
  timestamp now{};
};

/// What the service says to it.
struct act_answer {
  bool done = true;
  document output = {};    ///< of done
  document effect = {};    ///< of done: what is in force from now on, until it is undone
  std::string reason = {}; ///< of a refusal for business reasons
};

class stand_in_service {
public:
  virtual ~stand_in_service() = default;
  virtual std::string_view name() const = 0;
  virtual act_answer act(const act_request& what) const = 0;
};

/// The service of that name: one of the five that the built-in definitions call, or for any other
/// name one that does every step by keeping its input.
std::unique_ptr<stand_in_service> make_stand_in_service(std::string_view name);

std::unique_ptr<stand_in_service> make_afiliados();
std::unique_ptr<stand_in_service> make_comisiones();
std::unique_ptr<stand_in_service> make_tracking();
std::unique_ptr<stand_in_service> make_notificaciones();
std::unique_ptr<stand_in_service> make_pagos();

/// The answer to a step that a service does not know: done, and its effect is its input.
act_answer act_as_told(const act_request& what);

} // namespace sagas
