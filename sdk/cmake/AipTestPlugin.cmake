# Tests of a plugin that aip_add_plugin() builds. All are ctests; call them after include(CTest).

# aip_add_plugin_test(NAME PLUGIN <plugin> SOURCES <file>... [LINK <library>...])
#
# A test program that the plugin's own sources are part of, so that aip::testing::Plugin<> (aip/testing.hpp) runs it.
function(aip_add_plugin_test name)
    cmake_parse_arguments(PARSE_ARGV 1 ARG "" "PLUGIN" "SOURCES;LINK")
    if(NOT ARG_PLUGIN OR NOT ARG_SOURCES OR ARG_UNPARSED_ARGUMENTS)
        message(FATAL_ERROR "aip_add_plugin_test(${name}): PLUGIN <plugin> SOURCES <file>... [LINK <library>...]")
    endif()
    foreach(property SOURCES SOURCE_DIR LINK_LIBRARIES COMPILE_DEFINITIONS INCLUDE_DIRECTORIES)
        get_target_property(${property} ${ARG_PLUGIN} ${property})
        if(NOT ${property})
            set(${property})
        endif()
    endforeach()
    list(TRANSFORM SOURCES PREPEND ${SOURCE_DIR}/ REGEX "^[^/$]")
    add_executable(${name} ${ARG_SOURCES} ${SOURCES})
    target_compile_features(${name} PRIVATE cxx_std_20)
    target_compile_definitions(${name} PRIVATE ${COMPILE_DEFINITIONS})
    target_include_directories(${name} PRIVATE ${INCLUDE_DIRECTORIES})
    target_link_libraries(${name} PRIVATE ${LINK_LIBRARIES} aip::sdk Threads::Threads ${ARG_LINK})
    add_test(NAME ${name} COMMAND ${name})
endfunction()

# aip_check_plugin(PLUGIN [<option of aip-plugin check>...])
#
# Runs `aip-plugin check` on the built plugin. Tools that must not be called with made-up input: --skip=TOOL.
function(aip_check_plugin plugin)
    _aip_sanitizer_environment(environment)
    set(passed ${environment})
    list(TRANSFORM passed REPLACE "=.*" "")
    list(JOIN passed "," passed)
    add_test(NAME ${plugin}.check COMMAND $<TARGET_FILE:aip::aip-plugin> check $<TARGET_FILE:${plugin}>
        --environment=${passed} ${ARGN})
    set_tests_properties(${plugin}.check PROPERTIES TIMEOUT 600 ENVIRONMENT "${environment}")
endfunction()

# aip_test_call(PLUGIN TOOL PARAMETERS RESULT|FAILS <text>)
#
# One call of the built plugin by `aip-plugin call`: `text` must be in the result, or in the error.
function(aip_test_call plugin tool parameters expectation text)
    get_property(number TARGET ${plugin} PROPERTY aip_test_calls)
    math(EXPR number "0${number} + 1")
    set_property(TARGET ${plugin} PROPERTY aip_test_calls ${number})
    string(REGEX REPLACE "([][+.*()^$?|\\\\])" "\\\\\\1" text "${text}")
    set(name ${plugin}.${tool}.${number})
    _aip_sanitizer_environment(environment)
    set(passed ${environment})
    list(TRANSFORM passed REPLACE "=.*" "")
    list(JOIN passed "," passed)
    add_test(NAME ${name} COMMAND $<TARGET_FILE:aip::aip-plugin> call $<TARGET_FILE:${plugin}> ${tool} ${parameters}
        --environment=${passed})
    set_tests_properties(${name} PROPERTIES ENVIRONMENT "${environment}")
    if(expectation STREQUAL "RESULT")
        set_tests_properties(${name} PROPERTIES PASS_REGULAR_EXPRESSION "${text}" FAIL_REGULAR_EXPRESSION "aip-plugin: ")
    elseif(expectation STREQUAL "FAILS")
        set_tests_properties(${name} PROPERTIES PASS_REGULAR_EXPRESSION "aip-plugin: [^\n]*${text}")
    else()
        message(FATAL_ERROR "aip_test_call(${plugin}): RESULT or FAILS, not ${expectation}")
    endif()
endfunction()
