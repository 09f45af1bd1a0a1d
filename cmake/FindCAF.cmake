# CAF 0.17.6 as Debian and Ubuntu ship it (no CMake package of its own there).
# Gives CAF::core. Any other version is refused: actors/ is written for the API of this one.
find_path(CAF_INCLUDE_DIR caf/config.hpp)
find_library(CAF_CORE_LIBRARY caf_core)
if(CAF_INCLUDE_DIR)
  file(STRINGS ${CAF_INCLUDE_DIR}/caf/config.hpp caf_version_line REGEX "#define CAF_VERSION [0-9]+")
  string(REGEX REPLACE ".*CAF_VERSION ([0-9]+).*" "\\1" CAF_VERSION_NUMBER "${caf_version_line}")
  if(NOT CAF_VERSION_NUMBER EQUAL 1706)
    message(FATAL_ERROR "CAF 0.17.6 (CAF_VERSION 1706) is needed, found ${CAF_VERSION_NUMBER}: "
      "install the distribution's libcaf-dev (Debian 12 or 13, Ubuntu 24.04)")
  endif()
  set(CAF_VERSION 0.17.6)
endif()
include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(CAF REQUIRED_VARS CAF_CORE_LIBRARY CAF_INCLUDE_DIR VERSION_VAR CAF_VERSION)
if(CAF_FOUND AND NOT TARGET CAF::core)
  add_library(CAF::core INTERFACE IMPORTED)
  target_include_directories(CAF::core SYSTEM INTERFACE ${CAF_INCLUDE_DIR})
  target_link_libraries(CAF::core INTERFACE ${CAF_CORE_LIBRARY} Threads::Threads)
  # Makes an unregistered message type in a typed send a compile error.
  target_compile_definitions(CAF::core INTERFACE CAF_ENABLE_TYPE_ID_CHECKS)
endif()
