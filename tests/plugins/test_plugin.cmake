# test_plugin(NAME source [ID id] [VERSION v] [CONCURRENCY n] [EXTENSIONS ...] [TOOLS ...] [ABI major minor required]
# [HEADERS folder] [DEFINITIONS ...]): builds a plugin for tests, with its plugin.json, into ${AIP_TEST_PLUGINS}/NAME. Its id is
# NAME if not given; what is not given is what the skeleton has. ABI is what its manifest says; HEADERS are used instead of the
# SDK's.
set(AIP_TEST_PLUGINS ${PROJECT_BINARY_DIR}/tests/plugins/built)
set(AIP_TEST_PLUGIN_DIR ${CMAKE_CURRENT_LIST_DIR})

function(test_plugin name source)
    cmake_parse_arguments(ARG "" "ID;VERSION;CONCURRENCY;HEADERS" "ABI;DEFINITIONS;EXTENSIONS;TOOLS" ${ARGN})
    if(NOT ARG_CONCURRENCY)
        set(ARG_CONCURRENCY 1)
    endif()
    if(NOT ARG_EXTENSIONS)
        set(ARG_EXTENSIONS aip.command-executor/1)
    endif()
    if(NOT ARG_TOOLS)
        set(ARG_TOOLS echo)
    endif()
    if(NOT ARG_ABI)
        set(ARG_ABI 1 0 0)
    endif()
    if(NOT ARG_ID)
        set(ARG_ID ${name})
    endif()
    if(NOT ARG_VERSION)
        set(ARG_VERSION 1.0.0)
    endif()
    set(target test_plugin_${name})
    add_library(${target} MODULE ${source})
    target_link_libraries(${target} PRIVATE aip::sdk)
    target_include_directories(${target} BEFORE PRIVATE ${ARG_HEADERS} ${AIP_TEST_PLUGIN_DIR})
    target_compile_definitions(${target} PRIVATE PLUGIN_NAME="${ARG_ID}" PLUGIN_RELEASE="${ARG_VERSION}" ${ARG_DEFINITIONS})
    set_target_properties(${target} PROPERTIES PREFIX "" OUTPUT_NAME ${name} C_VISIBILITY_PRESET hidden
        CXX_VISIBILITY_PRESET hidden LIBRARY_OUTPUT_DIRECTORY ${AIP_TEST_PLUGINS}/${name})
    add_custom_command(TARGET ${target} POST_BUILD COMMAND ${CMAKE_COMMAND}
        -D id=${ARG_ID} -D version=${ARG_VERSION} -D library=$<TARGET_FILE:${target}> -D concurrency=${ARG_CONCURRENCY}
        -D "abi=${ARG_ABI}" -D "extensions=${ARG_EXTENSIONS}" -D "tools=${ARG_TOOLS}" -D processor=${CMAKE_SYSTEM_PROCESSOR}
        -P ${AIP_TEST_PLUGIN_DIR}/write_manifest.cmake VERBATIM)
endfunction()
