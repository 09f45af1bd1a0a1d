#include "app/log.hpp"

#include <algorithm>

#include <spdlog/async_logger.h>
#include <spdlog/details/thread_pool.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <nlohmann/json.hpp>
#include <unistd.h>

#include "app/clock.hpp"

namespace sagas {
namespace {

constexpr std::size_t queue_lines = 8192;

const char* word(log_level level) {
  switch (level) {
  case log_level::debug: return "debug";
  case log_level::info: return "info";
  case log_level::warning: return "warning";
  case log_level::error: return "error";
  }
  SAGAS_ASSERT(false);
}

spdlog::level::level_enum level_of(log_level level) {
  switch (level) {
  case log_level::debug: return spdlog::level::debug;
  case log_level::info: return spdlog::level::info;
  case log_level::warning: return spdlog::level::warn;
  case log_level::error: return spdlog::level::err;
  }
  SAGAS_ASSERT(false);
}

// JSON string, with bytes that are no UTF-8 replaced: a log line must never throw or break in two.
std::string quoted(std::string_view text) {
  return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

bool is_plain(std::string_view value) {
  return !value.empty() && value.find_first_of(" \"=\\") == std::string_view::npos
         && std::none_of(value.begin(), value.end(), [](unsigned char c) { return c < 0x20; });
}

class spdlog_logger final : public logger {
public:
  spdlog_logger(log_level level, log_format format)
    : level_(level), format_(format),
      pool_(std::make_shared<spdlog::details::thread_pool>(queue_lines, 1)),
      log_(std::make_shared<spdlog::async_logger>(
        "sagas", std::make_shared<spdlog::sinks::stderr_sink_mt>(), pool_,
        spdlog::async_overflow_policy::overrun_oldest)) {
    log_->set_pattern("%v");
    log_->set_level(level_of(level));
    log_->flush_on(spdlog::level::warn);
  }

  ~spdlog_logger() override {
    const std::size_t lost = pool_->overrun_counter();
    log_->flush();
    log_.reset();
    pool_.reset(); // joins its thread once the queue is written
    if (lost > 0) {
      const std::string line = log_line(format_, now(), log_level::warning,
                                        "log lines were dropped", {{"lines", std::to_string(lost)}})
                               + "\n";
      // Nothing is left to tell if this fails too.
      [[maybe_unused]] const auto written = ::write(STDERR_FILENO, line.data(), line.size());
    }
  }

  bool enabled(log_level level) const override { return level >= level_; }

  void write(log_level level, std::string_view message,
             std::initializer_list<log_field> fields) override {
    if (enabled(level))
      log_->log(level_of(level), log_line(format_, now(), level, message, fields));
  }

private:
  log_level level_;
  log_format format_;
  std::shared_ptr<spdlog::details::thread_pool> pool_; // outlives the logger that feeds it
  std::shared_ptr<spdlog::async_logger> log_;
};

} // namespace

std::unique_ptr<logger> open_log(const config::log_part& how) {
  log_format format = how.format;
  if (format == log_format::automatic)
    format = ::isatty(STDERR_FILENO) == 1 ? log_format::text : log_format::json;
  return std::make_unique<spdlog_logger>(how.level, format);
}

std::string log_line(log_format format, timestamp at, log_level level, std::string_view message,
                     std::initializer_list<log_field> fields) {
  if (format == log_format::json) {
    std::string line = "{\"time\":\"" + to_iso(at) + "\",\"level\":\"" + word(level)
                       + "\",\"message\":" + quoted(message);
    for (const log_field& field : fields)
      line += "," + quoted(field.key) + ":" + quoted(field.value);
    return line + "}";
  }
  std::string name = word(level);
  name.resize(7, ' ');
  std::string line = to_iso(at) + " " + name + " ";
  for (char c : message)
    line += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
  for (const log_field& field : fields)
    line += " " + std::string{field.key} + "="
            + (is_plain(field.value) ? std::string{field.value} : quoted(field.value));
  return line;
}

} // namespace sagas
