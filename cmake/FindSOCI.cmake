# SOCI 4.0 as Debian and Ubuntu ship it (no CMake package of its own there).
# Gives SOCI::sqlite3 and SOCI::mysql. Its headers need Boost's without saying so: libboost-dev.
find_path(SOCI_INCLUDE_DIR soci/soci.h)
find_path(MARIADB_INCLUDE_DIR mysql.h PATH_SUFFIXES mariadb)
find_library(SOCI_CORE_LIBRARY soci_core)
find_library(SOCI_SQLITE3_LIBRARY soci_sqlite3)
find_library(SOCI_MYSQL_LIBRARY soci_mysql)
find_library(SQLITE3_LIBRARY sqlite3)
find_library(MARIADB_LIBRARY mariadb)
if(SOCI_INCLUDE_DIR)
  file(STRINGS ${SOCI_INCLUDE_DIR}/soci/version.h soci_version_line REGEX "#define SOCI_LIB_VERSION ")
  string(REGEX REPLACE ".*\"([0-9]+)_([0-9]+)_?([0-9]*)\".*" "\\1.\\2.\\3" SOCI_VERSION "${soci_version_line}")
endif()
include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(SOCI
  REQUIRED_VARS SOCI_CORE_LIBRARY SOCI_SQLITE3_LIBRARY SOCI_MYSQL_LIBRARY SQLITE3_LIBRARY
    MARIADB_LIBRARY SOCI_INCLUDE_DIR MARIADB_INCLUDE_DIR
  VERSION_VAR SOCI_VERSION)
if(SOCI_FOUND AND NOT TARGET SOCI::sqlite3)
  add_library(SOCI::sqlite3 INTERFACE IMPORTED)
  target_include_directories(SOCI::sqlite3 SYSTEM INTERFACE ${SOCI_INCLUDE_DIR})
  target_link_libraries(SOCI::sqlite3 INTERFACE
    ${SOCI_SQLITE3_LIBRARY} ${SOCI_CORE_LIBRARY} ${SQLITE3_LIBRARY} ${CMAKE_DL_LIBS})
  add_library(SOCI::mysql INTERFACE IMPORTED)
  target_include_directories(SOCI::mysql SYSTEM INTERFACE ${SOCI_INCLUDE_DIR} ${MARIADB_INCLUDE_DIR})
  target_link_libraries(SOCI::mysql INTERFACE
    ${SOCI_MYSQL_LIBRARY} ${SOCI_CORE_LIBRARY} ${MARIADB_LIBRARY} ${CMAKE_DL_LIBS})
endif()
