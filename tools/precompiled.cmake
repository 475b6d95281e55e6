# With AIP_UNITY, what many sources include of other projects is compiled once: one header for the test programs, one for
# everything else that is C++ (with clang a third for plugins). Nothing of this project is in them. Not with sanitizers, whose
# parts are compiled with different options, and not without tests: what is shipped is compiled as it stands.
if(NOT AIP_UNITY OR AIP_SANITIZE OR NOT AIP_BUILD_TESTS)
    function(aip_precompile)
    endfunction()
    return()
endif()

set(AIP_COMMON_HEADERS algorithm array atomic charconv chrono condition_variable cstdint deque filesystem functional map memory
    mutex optional set span sstream string string_view system_error thread unordered_map utility variant vector
    fmt/format.h simdjson.h)
set(AIP_TEST_HEADERS fstream future iostream gtest/gtest.h gmock/gmock.h)

# What these headers read and how they are compiled must be the same everywhere: macros, and for clang options, too.
function(_aip_same_options target)
    target_compile_options(${target} PRIVATE -pthread)
    foreach(library fmt::fmt simdjson::simdjson Poco::Foundation)
        target_compile_definitions(${target} PRIVATE $<TARGET_PROPERTY:${library},INTERFACE_COMPILE_DEFINITIONS>)
    endforeach()
endfunction()

function(_aip_header_target name)
    add_library(${name} OBJECT ${PROJECT_SOURCE_DIR}/tools/precompiled.cpp)
    _aip_same_options(${name})
    list(TRANSFORM ARGN REPLACE "(.+)" "$<$<COMPILE_LANGUAGE:CXX>:<\\1>>")
    target_precompile_headers(${name} PRIVATE ${ARGN})
endfunction()

function(_aip_precompile_in directory)
    get_property(targets DIRECTORY ${directory} PROPERTY BUILDSYSTEM_TARGETS)
    foreach(target IN LISTS targets)
        get_target_property(type ${target} TYPE)
        get_target_property(sources ${target} SOURCES)
        if(type MATCHES "EXECUTABLE|STATIC|MODULE|OBJECT" AND "${sources}" MATCHES "\\.cpp(;|$)")
            get_target_property(libraries ${target} LINK_LIBRARIES)
            set(headers aip_common_headers)
            if("${libraries}" MATCHES "GTest::gtest_main")
                set(headers aip_test_headers)
                target_compile_definitions(${target} PRIVATE $<TARGET_PROPERTY:GTest::gtest,INTERFACE_COMPILE_DEFINITIONS>)
            endif()
            get_target_property(visibility ${target} CXX_VISIBILITY_PRESET)
            if(visibility AND CMAKE_CXX_COMPILER_ID STREQUAL Clang)
                set(headers aip_hidden_headers)
            endif()
            _aip_same_options(${target})
            target_compile_options(${target} PRIVATE -fPIC)  # as the header is, also in a program
            target_precompile_headers(${target} REUSE_FROM ${headers})
        endif()
    endforeach()
    get_property(inner DIRECTORY ${directory} PROPERTY SUBDIRECTORIES)
    foreach(directory IN LISTS inner)
        _aip_precompile_in(${directory})
    endforeach()
endfunction()

_aip_header_target(aip_common_headers ${AIP_COMMON_HEADERS})
if(CMAKE_CXX_COMPILER_ID STREQUAL Clang)  # which wants them with the visibility of plugins
    _aip_header_target(aip_hidden_headers ${AIP_COMMON_HEADERS})
    set_target_properties(aip_hidden_headers PROPERTIES CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON)
endif()
_aip_header_target(aip_test_headers ${AIP_COMMON_HEADERS} ${AIP_TEST_HEADERS})
target_link_libraries(aip_test_headers PRIVATE GTest::gmock)

# To be called when all targets are there.
function(aip_precompile)
    foreach(part sdk core tools plugins tests)
        _aip_precompile_in(${PROJECT_SOURCE_DIR}/${part})
    endforeach()
endfunction()
