// The web services that take part in sagas: those that a file lists, and those that operators
// register while the server runs.
#pragma once

#include <memory>
#include <string>

#include "actors/engine.hpp"
#include "app/config.hpp"
#include "http/participant/settings.hpp"
#include "http/participant/web_client.hpp"
#include "http/participant_desk.hpp"
#include "saga/log.hpp"
#include "saga/queries.hpp"

namespace sagas {

class web_participants final : public http::participant_desk {
public:
  /// Adds those of the file; they go before stand-ins of the same microservicio.
  /// errc::invalid_input names every fault. The engine must outlive it.
  static result<std::unique_ptr<web_participants>> open(engine& to, const config& values);

  /// Serves what has been registered. Errors: of the store.
  status load(queries& from, logger& log);
  /// The key of the results that participants may report later; empty: none.
  const std::string& callback_key() const { return terms_.callback.key; }

  /// What holds for whatever operators set up while the server runs.
  const http::web_participant_terms& terms() const { return terms_; }

  status check(const std::string& service, const json_value& document) const override;
  void serve(const std::string& service, const json_value& document) override;
  void drop(const std::string& service) override;

private:
  web_participants(engine& to, std::shared_ptr<http::web_client> client,
                   http::web_participant_terms terms);
  /// Serves it; errors: why every call to it fails.
  status use(const std::string& service, const result<http::web_participant_settings>& how);

  engine& engine_;
  const std::shared_ptr<http::web_client> client_;
  const http::web_participant_terms terms_; ///< of those that are registered
};

} // namespace sagas
