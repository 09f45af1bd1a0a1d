// How long the pages that people look at take, asked one after another by one client.
#pragma once

#include <atomic>
#include <map>
#include <string>

#include "app/load/histogram.hpp"
#include "bench/server.hpp"

namespace sagas::bench {

/// By page; each is asked in turn.
struct read_figures {
  std::map<std::string, load::histogram> active;
  std::map<std::string, load::histogram> search;
  /// The worst case of a search (docs/adr/0009): two common values that no saga has together.
  std::map<std::string, load::histogram> search_in_vain;
  std::map<std::string, load::histogram> statistics;
};

/// Asks every page `rounds` times, with a pause of `apart` before each request, or until `stop`.
read_figures measure_reads(const server& on, int rounds, milliseconds apart,
                           const std::atomic<bool>& stop);

/// The p95 of the page that has the worst one, and each page's in `to`.
double worst_p95_ms(const std::map<std::string, load::histogram>& of, json& to);

} // namespace sagas::bench
