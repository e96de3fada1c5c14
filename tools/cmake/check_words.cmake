# What no source file may hold, each with what to write instead:
#   cmake -DSOURCE=... -P check_words.cmake
# Row: pattern | where it is allowed (path prefixes, ',' between) | instead
set(rows
  "(if|while|for) *\\([^\n{]*co_await[^\n{]*\\) *(co_|[{])|none|name the result first: g++ 12 miscompiles a co_await in a condition"
  "asio::detached|none|a Scope, which reports what its coroutines throw"
  "std::random_device|none|the entropy seam"
  "std::(s)?rand *\\(|none|the entropy seam"
  "uniform_(int|real)_distribution|none|Stream64: std's distributions are not specified bit for bit"
  "system_clock::now|reference/runtime/asio,tools|Clock::wall()"
  "steady_clock::now|reference/runtime/asio,bench|Clock::now()"
  "this_thread::sleep|none|an event to wait for, or Clock::sleep_for"
  "asio::steady_timer|reference/runtime/asio|Clock"
  "FIXME|none|an issue, or the work")

file(GLOB_RECURSE files RELATIVE ${SOURCE} ${SOURCE}/reference/*.[ch]pp ${SOURCE}/simulators/*.[ch]pp ${SOURCE}/conformance/*.[ch]pp
  ${SOURCE}/scenarios/*.[ch]pp ${SOURCE}/tools/*.[ch]pp ${SOURCE}/bench/*.[ch]pp)
list(LENGTH files count)
if(count EQUAL 0)
  message(FATAL_ERROR "no file was read: is ${SOURCE} the tree?")
endif()
foreach(file IN LISTS files)
  file(READ ${SOURCE}/${file} text)
  foreach(row IN LISTS rows)
    string(REGEX MATCH "^(.*)\\|([^|]*)\\|([^|]*)$" whole "${row}")
    set(pattern ${CMAKE_MATCH_1})
    string(REPLACE "," ";" allowed "${CMAKE_MATCH_2}")
    set(instead ${CMAKE_MATCH_3})
    if(NOT text MATCHES "${pattern}")
      continue()
    endif()
    set(found ${CMAKE_MATCH_0})
    set(fine FALSE)
    foreach(prefix IN LISTS allowed)
      if(file MATCHES "^${prefix}/")
        set(fine TRUE)
      endif()
    endforeach()
    if(NOT fine)
      message(SEND_ERROR "${file}: found '${found}'; write ${instead}")
    endif()
  endforeach()
endforeach()
message(STATUS "${count} files hold no banned word")
