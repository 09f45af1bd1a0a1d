// A participant that is a web service: the protocol of docs/participants.md.
#pragma once

#include <functional>
#include <memory>

#include "http/participant/settings.hpp"
#include "http/participant/status_pages.hpp"
#include "saga/participant.hpp"

namespace sagas::http {

/// The request that a call becomes. Pure.
/// @param now what the signature is dated with
web_request request_for(const web_participant_settings& to, const call& what, timestamp now);

/// What an answer means for its call. Pure.
outcome outcome_of(const call& what, const web_answer& said, timestamp now);

/// "t=SECONDS,v1=HEX": the HMAC-SHA256 of "SECONDS.KEY.BODY" under the secret.
std::string signature(const std::string& secret, timestamp now, const std::string& key,
                      std::string_view body);

/// Never blocks in invoke(). The client must outlive it.
class web_participant final : public participant {
public:
  web_participant(web_participant_settings settings, std::shared_ptr<web_client> by,
                  std::function<timestamp()> clock);

  void invoke(const call& what, answer reply) override;

private:
  const web_participant_settings settings_;
  const std::shared_ptr<web_client> client_;
  const std::shared_ptr<web_client::lane> lane_;
  const std::shared_ptr<status_pages> pages_;
  const std::function<timestamp()> clock_;
};

} // namespace sagas::http
