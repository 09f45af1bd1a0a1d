// Definitions as JSON: reading, checking, and what a start of one must bring.
//
//   {"tipo": "NAME", "version": 1, "descripcion": "...", "plazo": "600s",
//    "entrada": {...},                 what a start must bring: see start_input.hpp
//    "politica": {...}, "politica_compensacion": {...}, "tiempo_maximo": "30s",   for all steps
//    "pasos": [
//      {"nombre": "NAME", "descripcion": "...", "microservicio": "NAME",
//       "entrada": {template},         see template.hpp; absent: the saga's whole entrada
//       "compensacion": "NAME" or {"nombre": "NAME", "entrada": {template}, "politica": {...},
//                                  "tiempo_maximo": "30s"},
//       "depende_de": ["NAME", ...],   absent: the step before; [] or more: a graph
//       "opcional": false, "pivote": false, "politica": {...}, "tiempo_maximo": "30s"}]}
//
// In the place of "microservicio" a step may have "espera": {"senal": "NAME", "plazo": "2d",
// "al_vencer": "fallar" or "continuar"}, {"tiempo": "48h"} or {"hasta": "${entrada.fecha}"}; it
// calls nobody. docs/definitions.md has it all.
//
// A policy: {"primera_espera": "200ms", "factor": 2, "espera_maxima": "30s", "variacion": 0.2,
// "intentos": 3, "tiempo_total": "5m", "fallos_finales": ["CODE", ...]}; what it leaves out comes
// from the definition's, then from saga/policy.hpp (10 attempts for compensations). Durations are
// "500ms", "30s", "10m", "2h", "1d" or a number of seconds. Without a template of its own a
// compensation is sent {"entrada": what the action was sent, "salida": what it answered}. Names are
// 1 to 100 of the characters A-Z a-z 0-9 _ . : -
#pragma once

#include <cstddef>
#include <string_view>

#include "saga/definition.hpp"
#include "saga/result.hpp"

namespace sagas {

inline constexpr std::size_t definition_size_max = 262'144;
inline constexpr std::size_t definition_steps_max = 200;

/// Reads and checks a definition. Every fault is named, each with its JSON pointer: unknown keys,
/// wrong types, duplicate names, unknown or cyclic depende_de, references to steps that are not
/// ancestors, more than one pivot, a compensation behind the pivot, policies out of range.
result<definition_ptr> parse_definition(std::string_view json);

/// Checks `entrada` of a start against the definition's schema and rules and fills in its
/// defaults. errc::invalid_input with every wrong field named, by pointers into `input`.
result<document> prepare_input(const definition& plan, std::string_view input);

} // namespace sagas
