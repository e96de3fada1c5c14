# What is taken from the platform. Each third-party library has one home (a module path prefix) and is
# linked from nowhere else; `conformance` has its own use of what it needs, on purpose.
find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)
find_package(Boost 1.81 REQUIRED COMPONENTS json)
find_package(OpenSSL 3.0 REQUIRED)
find_package(pugixml REQUIRED)
find_package(LibXml2 REQUIRED)
find_package(ZLIB REQUIRED)
find_package(yaml-cpp REQUIRED)
find_package(CLI11 REQUIRED)
find_package(fmt REQUIRED)
find_package(GTest REQUIRED)
find_package(benchmark REQUIRED)
pkg_check_modules(LIBZIP REQUIRED IMPORTED_TARGET libzip)
pkg_check_modules(LUA REQUIRED IMPORTED_TARGET lua54)
pkg_check_modules(NETSNMP REQUIRED IMPORTED_TARGET netsnmp-agent)
pkg_check_modules(SQLITE REQUIRED IMPORTED_TARGET sqlite3)

find_program(CCACHE ccache)
if(CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(launcher ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime ${CCACHE})
  set(CMAKE_C_COMPILER_LAUNCHER ${launcher})
  set(CMAKE_CXX_COMPILER_LAUNCHER ${launcher})
endif()

add_compile_definitions(
  BOOST_ASIO_SEPARATE_COMPILATION BOOST_BEAST_SEPARATE_COMPILATION
  BOOST_ASIO_NO_DEPRECATED BOOST_ASIO_DISABLE_BOOST_REGEX)
add_compile_options(
  -Wall -Wextra -Wshadow -Wno-missing-field-initializers
  -ffp-contract=off                                   # figures in a trace do not depend on fused multiply-add
  -fmacro-prefix-map=${CMAKE_SOURCE_DIR}/=)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # g++ 12 warns falsely in coroutines and in std::string at -O2 (GCC 105562, 105651, 107288).
  add_compile_options(-Wno-maybe-uninitialized -Wno-restrict -Wno-array-bounds -Wno-stringop-overflow
                      -Wno-stringop-overread -Wno-free-nonheap-object -Wno-mismatched-new-delete -Wno-dangling-pointer)
  add_compile_options($<$<COMPILE_LANGUAGE:CXX>:-fpch-preprocess>)
endif()
if(MR_SANITIZE)
  add_compile_options(-fsanitize=${MR_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${MR_SANITIZE})
  if(MR_SANITIZE MATCHES "thread")
    add_compile_definitions(BOOST_ASIO_DISABLE_FENCED_BLOCK)
    add_compile_options(-Wno-tsan)
  endif()
endif()
if(MR_COVERAGE)
  add_compile_options(--coverage)
  add_link_options(--coverage)
endif()
if(MR_LIBFUZZER)
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()

# name | link target | home: module path prefixes, ','-separated ('*' anywhere)
set(MR_LIBRARIES
  "boost|Boost::headers|*"
  "json|Boost::json|*"
  "fmt|fmt::fmt|*"
  "threads|Threads::Threads|*"
  "libcrypto|OpenSSL::Crypto|reference/protocol/trust,conformance"
  "libssl|OpenSSL::SSL|reference/runtime/asio,conformance"
  "pugixml|pugixml::pugixml|reference/protocol/schema,conformance"
  "libxml2|LibXml2::LibXml2|reference/protocol/schema,conformance"
  "libzip|PkgConfig::LIBZIP|reference/protocol/package,conformance"
  "zlib|ZLIB::ZLIB|reference/protocol/package,simulators/printer/firmware,scenarios/hostile,conformance/wire"
  "sqlite|PkgConfig::SQLITE|reference/runtime/sqlite,simulators/world"
  "net-snmp|PkgConfig::NETSNMP|simulators/printer/snmp"
  "yaml|yaml-cpp|scenarios/engine,conformance"
  "lua|PkgConfig::LUA|scenarios/engine"
  "cli11|CLI11::CLI11|tools,conformance"
  "benchmark|benchmark::benchmark|bench")
