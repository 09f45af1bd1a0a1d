#include "app/nearest.hpp"

#include <algorithm>

namespace sagas {
namespace {

// Optimal string alignment distance; the texts are names, so the table is small.
std::size_t distance(std::string_view a, std::string_view b) {
  const std::size_t width = b.size() + 1;
  std::vector<std::size_t> edits((a.size() + 1) * width);
  for (std::size_t i = 0; i <= a.size(); ++i)
    edits[i * width] = i;
  for (std::size_t j = 0; j <= b.size(); ++j)
    edits[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i)
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replace = edits[(i - 1) * width + j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      std::size_t best = std::min(
        {replace, edits[(i - 1) * width + j] + 1, edits[i * width + j - 1] + 1});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        best = std::min(best, edits[(i - 2) * width + j - 2] + 1);
      edits[i * width + j] = best;
    }
  return edits.back();
}

} // namespace

std::string nearest(std::string_view wrong, const std::vector<std::string>& candidates) {
  const std::string_view bounded = wrong.substr(0, 100);
  std::size_t least = std::max<std::size_t>(2, bounded.size() / 3) + 1;
  std::string best;
  for (const std::string& candidate : candidates) {
    const std::size_t edits = distance(bounded, candidate);
    if (edits < least) {
      least = edits;
      best = candidate;
    }
  }
  return best;
}

std::string suggestion(std::string_view wrong, const std::vector<std::string>& candidates) {
  const std::string meant = nearest(wrong, candidates);
  return meant.empty() ? std::string{} : ": did you mean " + meant + "?";
}

} // namespace sagas
