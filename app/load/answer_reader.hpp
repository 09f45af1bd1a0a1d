// Reads answers of HTTP/1.1 as their bytes come in, one at a time, at the least cost.
//
// For load on our own server: whoever answers is trusted to be sane, but every size is bounded.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace sagas::load {

class answer_reader {
public:
  enum class progress { incomplete, whole, broken };

  /// Takes the next bytes. After `whole` the answer can be read until reset(). Bytes behind a whole
  /// answer are `broken`: nobody has asked for them.
  progress feed(std::string_view bytes);
  /// Ready for the next answer.
  void reset();

  int status() const { return status_; }
  /// Of a header, by its name in lower case; empty: there is none.
  std::string_view header(std::string_view name) const;
  std::string_view body() const;
  /// Whether the connection may be used again.
  bool keeps_alive() const { return keeps_alive_; }

private:
  progress read_head();
  progress read_body();
  progress read_chunks();

  std::string bytes_;         // all that has come of this answer
  std::size_t head_size_ = 0; // with the empty line; 0: not there yet
  std::size_t at_ = 0;        // chunked: where the next chunk begins
  std::size_t length_ = 0;    // of the body, unless chunked
  bool chunked_ = false;
  std::string joined_; // chunked: the body so far
  int status_ = 0;
  bool keeps_alive_ = true;
};

} // namespace sagas::load
