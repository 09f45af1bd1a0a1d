// Asks queries of whatever database: the text, its parameters, and what takes each row; and opens
// the payloads in them. Internal to persistence/.
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <type_traits>
#include <utility>

#include "persistence/payload_codec.hpp"

namespace sagas {

/// What a query's columns go through.
struct row_buffer {
  virtual ~row_buffer() = default;
  virtual void fill(soci::statement& from) = 0;
};

class row_reader {
public:
  explicit row_reader(payload_keys_ptr keys) : payloads_(std::move(keys)) {}
  virtual ~row_reader() = default;

  /// Runs a query; its parameters ?1, ?2, ... are the first of `parameters`. A `Row` says with
  /// fill(soci::statement&) what takes its columns; a text of SQL always goes with the same one.
  /// `take` sees each row; when it answers false, the rest is left. Throws.
  template <class Row, class Take>
  void ask(const std::string& sql, std::span<const std::string> parameters, Take take) {
    run(sql, parameters, &make_buffer<Row>, [&take](row_buffer& buffer) {
      const Row& row = static_cast<buffer_of<Row>&>(buffer).row;
      if constexpr (std::is_void_v<decltype(take(row))>)
        return take(row), true;
      else
        return take(row);
    });
  }

  payload_codec& payloads() { return payloads_; }

protected:
  using buffer_maker = std::unique_ptr<row_buffer> (*)();
  using row_taker = std::function<bool(row_buffer&)>;

  virtual void run(const std::string& sql, std::span<const std::string> parameters,
                   buffer_maker make, const row_taker& take) = 0;

private:
  payload_codec payloads_;
  template <class Row>
  struct buffer_of final : row_buffer {
    Row row;
    void fill(soci::statement& from) override { row.fill(from); }
  };
  template <class Row>
  static std::unique_ptr<row_buffer> make_buffer() {
    return std::make_unique<buffer_of<Row>>();
  }
};

} // namespace sagas
