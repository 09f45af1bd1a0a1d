// Tries a scenario with a crash at every commit, before and behind it.
//
//   testkit::crash_everywhere(
//     plan, [](testkit::world& world) { world.start(); },
//     [](testkit::world& world, const std::string& where) { ... assert what must hold at the end
//     });
#pragma once

#include <cstddef>
#include <functional>
#include <string>

#include "testkit/world.hpp"

namespace sagas::testkit {

/// Tells a world's microservicios what to do, starts sagas, steers them. Must do the same each
/// time.
using scenario = std::function<void(world&)>;
/// What must hold at the end, whatever happened; `where` says where the crash was.
using verdict_on = std::function<void(world&, const std::string& where)>;

/// Runs the scenario to its end once to count the commits, then twice for each of them, and calls
/// `check` on every end. Returns how many crashes it tried. Throws std::logic_error when the
/// scenario does not take the same way again.
std::size_t crash_everywhere(const definition_ptr& plan, const scenario& what,
                             const verdict_on& check);

} // namespace sagas::testkit
