# Installs the SDK to an empty prefix and types what its documents have their reader type: projects are built outside of this
# tree, their tests and `aip-plugin check` run. Then looks at what came out.
cmake_policy(VERSION 3.25)
function(run)
    execute_process(COMMAND ${ARGN} COMMAND_ERROR_IS_FATAL ANY OUTPUT_VARIABLE output)
    set(output "${output}" PARENT_SCOPE)
endfunction()

file(REMOVE_RECURSE ${WORK})
run(${CMAKE_COMMAND} --install ${BUILD} --component sdk --prefix ${WORK}/prefix)

set(ENV{CXX} ${COMPILER})
set(ENV{CC} ${C_COMPILER})
set(ENV{CMAKE_GENERATOR} ${GENERATOR})
file(READ ${README} readme)
function(type document work)
    run(/usr/bin/python3 -B ${TYPE} ${document} --prefix=${WORK}/prefix --work=${work} --limit=600)
    message(STATUS "${output}")
endfunction()
cmake_path(GET README PARENT_PATH documents)
type(${README} ${WORK})
find_program(JQ jq)
if(JQ)  # which a program in bash needs
    type(${documents}/PROGRAMS.md ${WORK})
endif()

set(plugin ${WORK}/build/plugins/hello)
file(READ ${plugin}/plugin.json manifest)
string(JSON id GET "${manifest}" id)
string(JSON tool GET "${manifest}" tools 0 name)
string(JSON promised GET "${manifest}" sha256)
file(SHA256 ${plugin}/libhello.so actual)
run(${NM} -D --defined-only ${plugin}/libhello.so)
string(REGEX MATCHALL "[^\n]+" symbols "${output}")
list(LENGTH symbols count)
if(NOT id STREQUAL "hello" OR NOT tool STREQUAL "greet" OR NOT promised STREQUAL actual)
    message(FATAL_ERROR "not the expected manifest: ${manifest}")
endif()
if(NOT count EQUAL 1 OR NOT output MATCHES " D aip_plugin_entry_v1")
    message(FATAL_ERROR "not the one export: ${output}")
endif()
# The README shows the project as it is made.
file(READ ${WORK}/hello/hello.cpp source)
file(READ ${WORK}/hello/hello_test.cpp test)
file(READ ${WORK}/hello/CMakeLists.txt build)
string(REGEX MATCH "find_package.*" build "${build}")
file(READ ${WORK}/prefix/${DATADIR}/aip-sdk/examples/repeat_c/repeat.c repeat)
string(REGEX REPLACE "^/[*][^\n]*\n" "" repeat "${repeat}")
foreach(block "```c\n${repeat}```" "```cpp\n${source}```" "```cpp\n${test}```" "```cmake\n${build}```")
    string(FIND "${readme}" "${block}" place)
    if(place EQUAL -1)
        message(FATAL_ERROR "the README does not show this part of the project:\n${block}")
    endif()
endforeach()

# A plugin with a sanitizer: the tools load its runtime before it. Not with clang, whose presets have sanitizers already.
execute_process(COMMAND ${COMPILER} -print-file-name=libasan.so OUTPUT_VARIABLE asan OUTPUT_STRIP_TRAILING_WHITESPACE)
if(IS_ABSOLUTE "${asan}" AND NOT COMPILER MATCHES "clang")
    run(${CMAKE_COMMAND} -S ${WORK}/hello -B ${WORK}/asan -DCMAKE_PREFIX_PATH=${WORK}/prefix -DCMAKE_BUILD_TYPE=Debug
        -DCMAKE_CXX_FLAGS=-fsanitize=address)
    run(${CMAKE_COMMAND} --build ${WORK}/asan --target hello)
    run(${CMAKE_COMMAND} -E env LD_PRELOAD=${asan} ASAN_OPTIONS=detect_leaks=0:alloc_dealloc_mismatch=0 ${WORK}/prefix/bin/aip-plugin call
        ${WORK}/asan/plugins/hello greet "{\"name\":\"Ann\"}" --environment=LD_PRELOAD,ASAN_OPTIONS)
endif()

# Those that are programs can be executed.
foreach(program disk_usage/disk_usage.sh words_node/words.mjs words_python/words.py)
    run(test -x ${WORK}/prefix/${DATADIR}/aip-sdk/examples/${program})
endforeach()

# The examples are a project of their own, too.
run(${CMAKE_COMMAND} -S ${WORK}/prefix/${DATADIR}/aip-sdk/examples -B ${WORK}/examples
    -DCMAKE_PREFIX_PATH=${WORK}/prefix -DBUILD_TESTING=OFF)
run(${CMAKE_COMMAND} --build ${WORK}/examples --target rack)
run(${WORK}/prefix/bin/aip-plugin inspect ${WORK}/examples/plugins/rack)

# So is each of them that has a build file of its own, if what it needs is there.
foreach(example hello_rust snapshot)
    if(EXISTS ${WORK}/examples/${example})
        run(${CMAKE_COMMAND} -S ${WORK}/prefix/${DATADIR}/aip-sdk/examples/${example} -B ${WORK}/alone/${example}
            -DCMAKE_PREFIX_PATH=${WORK}/prefix -DBUILD_TESTING=OFF)
    endif()
endforeach()
if(EXISTS ${WORK}/alone/hello_rust)
    run(${CMAKE_COMMAND} --build ${WORK}/alone/hello_rust)
    run(${WORK}/prefix/bin/aip-plugin call ${WORK}/alone/hello_rust/plugins/hello_rust greet "{\"name\":\"Ann\"}")
endif()
