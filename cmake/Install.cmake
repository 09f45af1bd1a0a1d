# What `cmake --install` puts under its prefix, for find_package(sagas): docs/library.md.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

# Below folders of our own, since names such as http/ and libhttp.a are not ours alone; who links
# sagas::http includes "http/server.hpp", as here.
set(SAGAS_HEADERS_DIR ${CMAKE_INSTALL_INCLUDEDIR}/sagas)
set(SAGAS_LIBRARIES_DIR ${CMAKE_INSTALL_LIBDIR}/sagas)
set(SAGAS_PACKAGE_DIR ${CMAKE_INSTALL_LIBDIR}/cmake/sagas)

# sagas_install(ROOM HEADERS...): its library as sagas::ROOM, and those of its headers that are for
# users. They may include each other and no further ones; a test holds that.
function(sagas_install room)
  install(TARGETS ${room} EXPORT sagas
    ARCHIVE DESTINATION ${SAGAS_LIBRARIES_DIR}
    INCLUDES DESTINATION ${SAGAS_HEADERS_DIR})
  foreach(header IN LISTS ARGN)
    cmake_path(GET header PARENT_PATH folder)
    install(FILES ${header} DESTINATION ${SAGAS_HEADERS_DIR}/${room}/${folder})
  endforeach()
endfunction()

# sagas_install_package(): all rooms behind one name, and what find_package(sagas) reads.
function(sagas_install_package)
  add_library(sagas_rooms INTERFACE)
  set_target_properties(sagas_rooms PROPERTIES EXPORT_NAME sagas)
  target_link_libraries(sagas_rooms INTERFACE saga persistence actors http)
  install(TARGETS sagas_rooms EXPORT sagas)
  install(EXPORT sagas NAMESPACE sagas:: FILE sagas-targets.cmake DESTINATION ${SAGAS_PACKAGE_DIR})

  configure_package_config_file(${CMAKE_SOURCE_DIR}/cmake/sagas-config.cmake.in
    ${CMAKE_BINARY_DIR}/sagas-config.cmake INSTALL_DESTINATION ${SAGAS_PACKAGE_DIR})
  write_basic_package_version_file(${CMAKE_BINARY_DIR}/sagas-config-version.cmake
    COMPATIBILITY SameMinorVersion)
  install(FILES ${CMAKE_BINARY_DIR}/sagas-config.cmake ${CMAKE_BINARY_DIR}/sagas-config-version.cmake
    cmake/FindCAF.cmake cmake/FindHttpLib.cmake cmake/FindRE2.cmake cmake/FindSOCI.cmake
    DESTINATION ${SAGAS_PACKAGE_DIR})
endfunction()
