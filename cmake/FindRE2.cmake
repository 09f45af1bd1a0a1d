# RE2 by its .pc file: newer ones need Abseil's libraries, which only that names. Gives RE2::re2.
find_package(PkgConfig REQUIRED)
pkg_check_modules(RE2 IMPORTED_TARGET re2)
include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(RE2 REQUIRED_VARS RE2_FOUND)
if(RE2_FOUND AND NOT TARGET RE2::re2)
  add_library(RE2::re2 INTERFACE IMPORTED)
  target_link_libraries(RE2::re2 INTERFACE PkgConfig::RE2)
endif()
