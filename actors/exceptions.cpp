#include "actors/exceptions.hpp"

namespace sagas::actors {
namespace {

std::string text_of(const std::exception_ptr& what) {
  try {
    std::rethrow_exception(what);
  } catch (const std::exception& known) {
    return known.what();
  } catch (...) {
    return "no std::exception";
  }
}

} // namespace

std::string log_exception(logger& log, const std::exception_ptr& what) {
  std::string text = text_of(what);
  log.write(log_level::error, "an actor threw and is gone", {{"exception", text}});
  return text;
}

} // namespace sagas::actors
