# cpp-httplib as a compiled library, by its .pc file: its feature macros change the layout of its
# classes, so they must come from there and nowhere else. Gives HttpLib::httplib.
find_package(PkgConfig REQUIRED)
pkg_check_modules(HTTPLIB IMPORTED_TARGET cpp-httplib)
include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(HttpLib REQUIRED_VARS HTTPLIB_FOUND VERSION_VAR HTTPLIB_VERSION)
if(HttpLib_FOUND AND NOT TARGET HttpLib::httplib)
  add_library(HttpLib::httplib INTERFACE IMPORTED)
  target_link_libraries(HttpLib::httplib INTERFACE PkgConfig::HTTPLIB Threads::Threads)
endif()
