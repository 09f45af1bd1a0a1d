# Compiler settings that hold for every room: language, warnings, hardening, sanitizers, ccache.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)

if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE RelWithDebInfo CACHE STRING "Build type" FORCE)
endif()
# Assertions stay on in release, so NDEBUG is never defined; -g1 keeps names and lines for profiles
# and back traces at a third of the size and time of -g.
set(CMAKE_CXX_FLAGS_RELWITHDEBINFO "-O2 -g1")
set(CMAKE_CXX_FLAGS_DEBUG "-O1 -g1")

find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM)
  set(CMAKE_CXX_COMPILER_LAUNCHER
    ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros
    CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} CCACHE_NOHASHDIR=1 ${CCACHE_PROGRAM})
endif()

add_library(sagas_settings INTERFACE)
target_include_directories(sagas_settings INTERFACE ${CMAKE_SOURCE_DIR})
if(NOT SAGAS_FUZZERS) # clang warns of other things than GCC, for which all of this is written
  target_compile_options(sagas_settings INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Werror)
endif()
target_compile_options(sagas_settings INTERFACE -fstack-protector-strong -fno-plt)
target_link_options(sagas_settings INTERFACE -Wl,-z,relro,-z,now)
if(SAGAS_FUZZERS)
  if(NOT CMAKE_CXX_COMPILER_ID STREQUAL Clang)
    message(FATAL_ERROR "SAGAS_FUZZERS needs clang: -DCMAKE_CXX_COMPILER=clang++, or ./dev fuzz")
  endif()
  target_compile_options(sagas_settings INTERFACE
    -fsanitize=fuzzer-no-link,address,undefined,float-cast-overflow,float-divide-by-zero
    -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_link_options(sagas_settings INTERFACE -fsanitize=address,undefined)
  target_compile_definitions(sagas_settings INTERFACE SAGAS_SANITIZED)
elseif(SAGAS_SANITIZE)
  # -fno-sanitize=null: CAF's headers form null references that they never use.
  # -fno-sanitize=vptr: it needs the type information of SOCI's classes, which Debian's library hides.
  # -Wno-maybe-uninitialized: false with sanitizers, says GCC's own manual.
  target_compile_options(sagas_settings INTERFACE
    -fsanitize=address,undefined -fno-sanitize=null,vptr -fno-sanitize-recover=all
    -fno-omit-frame-pointer -Wno-maybe-uninitialized)
  target_link_options(sagas_settings INTERFACE -fsanitize=address,undefined)
  target_compile_definitions(sagas_settings INTERFACE SAGAS_SANITIZED)
else()
  target_compile_options(sagas_settings INTERFACE $<$<CONFIG:RelWithDebInfo>:-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2>)
endif()

if(SAGAS_PLANT)
  target_compile_definitions(sagas_settings INTERFACE SAGAS_PLANT)
endif()

# sagas_room(NAME LIBS...): one static library of every source of the current folder. The settings
# are this build's own; who uses an installed library has his.
function(sagas_room name)
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp)
  add_library(${name} STATIC ${sources})
  target_compile_features(${name} PUBLIC cxx_std_20)
  target_link_libraries(${name} PUBLIC $<BUILD_INTERFACE:sagas_settings> ${ARGN})
endfunction()
