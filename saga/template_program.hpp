// A template after compilation: pieces of ready JSON text and what is to be filled in between.
// Shared by the compiler (template_parse.cpp) and the renderer (template.cpp) only.
#pragma once

#include <cstddef>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "saga/template.hpp"

namespace sagas {

/// Where a value comes from. `source` picks the document: 0 is entrada, n is the output of the
/// template's n-th step.
struct template_reference {
  enum class kind { document, saga, campaign };
  kind what = kind::document;
  std::size_t source = 0;
  std::vector<std::string> path;
};

struct template_piece;
using template_pieces = std::vector<template_piece>;

/// One thing to append to the document.
struct template_piece {
  enum class kind {
    literal,  ///< `text` as it is
    value,    ///< the reference's value
    text,     ///< the reference as part of a string
    product,  ///< of `operands`
    quotient, ///< floor of the first of two `operands` by the second
    fallback, ///< the first of `operands` that is not null
    choice,   ///< by operands[0] among `cases`, else operands[1]
  };
  kind what = kind::literal;
  std::string text = {};
  template_reference reference = {};
  std::vector<template_pieces> operands = {};
  std::vector<std::pair<std::string, template_pieces>> cases = {}; ///< keys folded
};

struct json_template::compiled {
  std::string text;
  template_pieces pieces;
  std::set<std::string> steps;
  std::vector<std::string> sources{"entrada"}; ///< of template_reference::source; then step names
};

} // namespace sagas
