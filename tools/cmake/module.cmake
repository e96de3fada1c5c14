# A module is a folder with sources, unit tests beside them and a README. mr_module declares it, and says what
# it may include:
#
#   mr_module(SOURCES ber.cpp …  [TESTS ber_test.cpp …]  [FUZZ ber_fuzz.cpp …]
#             [DEPENDS reference/protocol/trust …]        # other modules, by path
#             [LIBRARIES libcrypto …]                     # names of MR_LIBRARIES in dependencies.cmake
#             [TEST_DEPENDS …] [TEST_LIBRARIES …]         # more of both, for the tests alone
#             [PCH])                                      # compile with the precompiled Asio headers
#
# The module's path (reference/protocol/snmp) is its name; its target is the path with '_' for '/'. Whatever
# a module names is public to those who depend on it. mr_program(NAME SOURCES … DEPENDS … LIBRARIES …) makes an executable.
#
# With MR_UNITY the sources of a module are compiled eight at a time, which takes a third of the time: names in
# anonymous namespaces of one module must then differ. Tests and programs are compiled one by one.
#
# Direction: `a <- b` means that b may depend on a. The table is checked here, at configure time, and
# tools/cmake/check_layers.cmake (a test) holds each #include against DEPENDS.

set(MR_LAYERS   # who | on what (path prefixes)
  "reference/protocol|reference/protocol"
  "reference/runtime|reference/protocol,reference/runtime"
  "reference/agent|reference/protocol,reference/runtime,reference/agent"
  "reference/server|reference/protocol,reference/runtime,reference/server"
  "simulators/rogue|reference,simulators"
  "simulators|reference/protocol,reference/runtime,simulators"
  "scenarios|reference,simulators,scenarios,conformance/report"
  "conformance|conformance"
  "bench|reference,simulators,scenarios,conformance,bench"
  "tools|reference,simulators,scenarios,conformance,tools")

define_property(GLOBAL PROPERTY MR_MODULES)
define_property(GLOBAL PROPERTY MR_EDGES)

function(mr_target_of path out)
  string(REPLACE "/" "_" target ${path})
  set(${out} ${target} PARENT_SCOPE)
endfunction()

# The prefix of `path` in a list of prefixes, or NOTFOUND.
function(mr_within path prefixes out)
  set(${out} FALSE PARENT_SCOPE)
  foreach(prefix IN LISTS prefixes)
    string(FIND "${path}/" "${prefix}/" at)
    if(prefix STREQUAL "*" OR at EQUAL 0)
      set(${out} TRUE PARENT_SCOPE)
      return()
    endif()
  endforeach()
endfunction()

function(mr_check_edge from to)
  foreach(row IN LISTS MR_LAYERS)
    string(REGEX REPLACE "[|,]" ";" cells "${row}")
    list(POP_FRONT cells who)
    mr_within(${from} "${who}" applies)
    if(applies)
      mr_within(${to} "${cells}" allowed)
      if(NOT allowed)
        message(FATAL_ERROR "${from} may not depend on ${to}: ${who} may depend on: ${cells}")
      endif()
      return()
    endif()
  endforeach()
  message(FATAL_ERROR "${from} is in no layer of MR_LAYERS (tools/cmake/module.cmake)")
endfunction()

function(mr_link target scope path depends libraries)
  foreach(other IN LISTS depends)
    mr_check_edge(${path} ${other})
    set_property(GLOBAL APPEND PROPERTY MR_EDGES "${path}|${other}")
    mr_target_of(${other} other_target)
    target_link_libraries(${target} ${scope} ${other_target})
  endforeach()
  foreach(name IN LISTS libraries)
    set(found FALSE)
    foreach(row IN LISTS MR_LIBRARIES)
      if(row MATCHES "^${name}\\|([^|]*)\\|(.*)$")
        set(found TRUE)
        set(link ${CMAKE_MATCH_1})
        string(REPLACE "," ";" homes "${CMAKE_MATCH_2}")
        mr_within(${path} "${homes}" home)
        if(NOT home)
          message(FATAL_ERROR "${path} may not link ${name}: its home is ${homes}")
        endif()
        target_link_libraries(${target} ${scope} ${link})
      endif()
    endforeach()
    if(NOT found)
      message(FATAL_ERROR "${path}: no library ${name} in MR_LIBRARIES (tools/cmake/dependencies.cmake)")
    endif()
  endforeach()
endfunction()

function(mr_use_pch target)
  if(NOT TARGET mr_pch)
    file(WRITE ${CMAKE_BINARY_DIR}/pch/pch.cpp "")
    add_library(mr_pch OBJECT ${CMAKE_BINARY_DIR}/pch/pch.cpp)
    target_link_libraries(mr_pch PUBLIC Boost::headers Threads::Threads)
    target_precompile_headers(mr_pch PRIVATE
      <algorithm> <array> <chrono> <cstdint> <functional> <map> <memory> <optional> <span> <string> <string_view>
      <utility> <variant> <vector>
      <boost/asio/any_completion_handler.hpp> <boost/asio/any_io_executor.hpp> <boost/asio/async_result.hpp>
      <boost/asio/awaitable.hpp> <boost/asio/bind_cancellation_slot.hpp> <boost/asio/buffer.hpp>
      <boost/asio/cancellation_signal.hpp> <boost/asio/co_spawn.hpp> <boost/asio/io_context.hpp>
      <boost/asio/ip/address.hpp> <boost/asio/post.hpp> <boost/asio/this_coro.hpp> <boost/asio/use_awaitable.hpp>
      <boost/system/result.hpp>)
  endif()
  target_precompile_headers(${target} REUSE_FROM mr_pch)
endfunction()

function(mr_module)
  cmake_parse_arguments(M "PCH" "" "SOURCES;TESTS;FUZZ;DEPENDS;LIBRARIES;TEST_DEPENDS;TEST_LIBRARIES" ${ARGN})
  if(M_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "mr_module: unknown words ${M_UNPARSED_ARGUMENTS}")
  endif()
  file(RELATIVE_PATH path ${CMAKE_SOURCE_DIR} ${CMAKE_CURRENT_SOURCE_DIR})
  mr_target_of(${path} target)
  set_property(GLOBAL APPEND PROPERTY MR_MODULES ${path})
  if(M_SOURCES)
    add_library(${target} STATIC ${M_SOURCES})
    set_target_properties(${target} PROPERTIES UNITY_BUILD ${MR_UNITY} UNITY_BUILD_BATCH_SIZE 8)
    set(scope PUBLIC)
    if(M_PCH)
      mr_use_pch(${target})
    endif()
  else()
    add_library(${target} INTERFACE)
    set(scope INTERFACE)
  endif()
  target_include_directories(${target} ${scope} ${CMAKE_SOURCE_DIR})
  target_link_libraries(${target} ${scope} Boost::headers)
  mr_link(${target} ${scope} ${path} "${M_DEPENDS}" "${M_LIBRARIES}")

  if(M_TESTS)
    add_executable(${target}_test ${M_TESTS})
    target_link_libraries(${target}_test PRIVATE ${target} GTest::gtest GTest::gmock GTest::gtest_main)
    mr_link(${target}_test PRIVATE ${path} "${M_TEST_DEPENDS}" "${M_TEST_LIBRARIES}")
    if(M_PCH)
      mr_use_pch(${target}_test)
    endif()
    gtest_discover_tests(${target}_test TEST_PREFIX "${path}/" DISCOVERY_MODE PRE_TEST
      WORKING_DIRECTORY ${CMAKE_SOURCE_DIR} DISCOVERY_TIMEOUT 60
      PROPERTIES SKIP_REGULAR_EXPRESSION "\\[  SKIPPED \\]" TIMEOUT 300 LABELS unit)
  endif()

  # A fuzz target defines LLVMFuzzerTestOneInput. With MR_LIBFUZZER it is libFuzzer's; otherwise a driver replays
  # seeds and a fixed number of seeded mutations, as a test.
  foreach(fuzz IN LISTS M_FUZZ)
    get_filename_component(name ${fuzz} NAME_WE)
    add_executable(${name} ${fuzz})
    target_link_libraries(${name} PRIVATE ${target})
    if(MR_LIBFUZZER)
      target_link_options(${name} PRIVATE -fsanitize=fuzzer)
    else()
      target_sources(${name} PRIVATE ${CMAKE_SOURCE_DIR}/tools/fuzz/replay.cpp)
      add_test(NAME fuzz/${name} COMMAND ${name} WORKING_DIRECTORY ${CMAKE_SOURCE_DIR})
      set_tests_properties(fuzz/${name} PROPERTIES TIMEOUT 300 LABELS fuzz)
    endif()
  endforeach()
endfunction()

function(mr_program name)
  cmake_parse_arguments(M "PCH" "" "SOURCES;DEPENDS;LIBRARIES" ${ARGN})
  file(RELATIVE_PATH path ${CMAKE_SOURCE_DIR} ${CMAKE_CURRENT_SOURCE_DIR})
  add_executable(${name} ${M_SOURCES})
  target_include_directories(${name} PRIVATE ${CMAKE_SOURCE_DIR})
  if(M_PCH)
    mr_use_pch(${name})
  endif()
  mr_link(${name} PRIVATE ${path} "${M_DEPENDS}" "${M_LIBRARIES}")
  set_property(GLOBAL APPEND PROPERTY MR_MODULES ${path})
endfunction()

# Every dependency named exists, and the edges are written down for the layer test.
function(mr_check_modules)
  get_property(modules GLOBAL PROPERTY MR_MODULES)
  get_property(edges GLOBAL PROPERTY MR_EDGES)
  foreach(edge IN LISTS edges)
    string(REGEX REPLACE "^.*\\|" "" to ${edge})
    if(NOT to IN_LIST modules)
      message(FATAL_ERROR "${edge}: there is no module ${to}")
    endif()
  endforeach()
  list(REMOVE_DUPLICATES edges)
  list(REMOVE_DUPLICATES modules)
  string(REPLACE ";" "\n" edges "${edges}")
  string(REPLACE ";" "\n" modules "${modules}")
  file(WRITE ${CMAKE_BINARY_DIR}/modules.txt "${modules}\n")
  file(WRITE ${CMAKE_BINARY_DIR}/edges.txt "${edges}\n")
  add_test(NAME tidy/layers COMMAND ${CMAKE_COMMAND}
    -DSOURCE=${CMAKE_SOURCE_DIR} -DBUILD=${CMAKE_BINARY_DIR} -P ${CMAKE_SOURCE_DIR}/tools/cmake/check_layers.cmake)
  add_test(NAME tidy/words COMMAND ${CMAKE_COMMAND} -DSOURCE=${CMAKE_SOURCE_DIR} -P ${CMAKE_SOURCE_DIR}/tools/cmake/check_words.cmake)
  add_test(NAME tidy/words_test COMMAND ${CMAKE_COMMAND} -DSCRIPT=${CMAKE_SOURCE_DIR}/tools/cmake/check_words.cmake
    -DWORK=${CMAKE_BINARY_DIR}/check_words -P ${CMAKE_SOURCE_DIR}/tools/cmake/check_words_test.cmake)
  set_tests_properties(tidy/layers tidy/words tidy/words_test PROPERTIES LABELS tidy)
endfunction()
