# Writes OUTPUT, a .cpp that holds the JSON files INPUTS (a list separated by |) as texts.
# Run by the build: cmake -DINPUTS=a.json|b.json -DOUTPUT=x.cpp -P embed.cmake
string(REPLACE "|" ";" inputs "${INPUTS}")
set(entries "")
foreach(input IN LISTS inputs)
  get_filename_component(name ${input} NAME_WE)
  # As bytes: a compiler's longest string literal, and CMake's own brackets and semicolons, are no
  # limit then.
  file(READ ${input} hex HEX)
  string(REGEX REPLACE "(............................)" "\\1\n  " bytes "${hex}")
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "'\\\\x\\1'," bytes "${bytes}")
  string(APPEND arrays "constexpr char ${name}_text[] = {\n  ${bytes}};\n\n")
  string(APPEND entries "  {\"${name}\", {${name}_text, sizeof ${name}_text}},\n")
endforeach()
file(WRITE ${OUTPUT} "// Generated from configs/definitions: edit those.
#include \"saga/builtin_texts.hpp\"

namespace sagas {
namespace {

${arrays}constexpr builtin_text texts[] = {
${entries}};

} // namespace

std::span<const builtin_text> builtin_texts() { return texts; }

} // namespace sagas
")
