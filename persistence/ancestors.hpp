// Whether anything above a saga goes on. Children are asked about, cancelled and undone by those
// above them, so a grandchild stays as long as its grandparent may turn back, though its parent has
// ended. Internal to persistence/.
#pragma once

#include <string>

namespace sagas::ancestors {

/// To be put behind `FROM sagas AS s`: what `s` has come from, up to child_depth_max above it.
std::string joined();
/// Whether one of those has not ended.
std::string one_goes_on();

} // namespace sagas::ancestors
