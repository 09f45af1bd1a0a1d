// Cuts what one client sends into requests, within every limit of size. Knows no socket.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "http/server/byte_budget.hpp"
#include "http/server/request_head.hpp"

namespace sagas::http {

/// A request as it came, checked by the guard.
struct raw_request {
  std::string head; ///< line and headers, with the empty line that ends them
  std::string body;
  head_facts facts = {};
  budget_share share = {}; ///< of the memory for bodies
};

/// What of a request has arrived. After `refused` nothing more is read: the bytes that follow are
/// of unknown meaning.
enum class arrival : std::uint8_t { nothing, part_of_head, part_of_body, whole, refused };

/// Used by one thread.
class request_reader {
public:
  request_reader(const server_options& limits, std::shared_ptr<byte_budget> bodies)
    : limits_(limits), bodies_(std::move(bodies)) {}

  /// Takes what came from the socket, which may hold several requests; stops behind the first.
  arrival take(std::string_view bytes);
  arrival state() const { return state_; }

  /// When refused: why.
  const problem& why() const { return why_; }
  /// True once, when the client waits for leave to send the body.
  bool wants_continue();
  /// When whole: the request. The reader is ready for the next one; take({}) looks at what of it
  /// has come already.
  raw_request release();
  bool has_more() const { return !pending_.empty(); }

private:
  arrival read_head();
  arrival read_body();
  arrival refuse(problem why);

  const server_options& limits_;
  std::shared_ptr<byte_budget> bodies_;
  arrival state_ = arrival::nothing;
  std::string pending_;        // not yet of a known request
  std::size_t line_begin_ = 0; // of the line in pending_ that has not ended yet
  std::size_t looked_at_ = 0;  // up to where pending_ was searched
  raw_request current_;
  problem why_;
};

} // namespace sagas::http
