// What comes back for a call, taken in within bounds. Knows no socket. Inside http/participant/.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "http/participant/web_client.hpp"

namespace sagas::http {

inline constexpr std::size_t answer_body_max = 1 << 20;
inline constexpr std::size_t answer_head_max = 64 << 10;

/// Used by one thread, for one answer.
class answer_reader {
public:
  /// One line of the head, its line break included; each interim answer's (1xx) come first.
  /// False when the head is too large: then nothing more may be given.
  bool take_line(std::string_view line);
  /// A piece of the body, however it was cut. False when it is too large.
  bool take_body(std::string_view piece);

  /// The whole of it, once its end has come.
  web_answer finish(int status) &&;

private:
  std::string body_;
  std::string retry_after_;
  std::string location_;
  std::size_t head_bytes_ = 0;
};

} // namespace sagas::http
