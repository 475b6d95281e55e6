# aip_precompile(NAME): with AIP_PRECOMPILE, target NAME gets the headers that most sources include as already parsed.
# They are parsed once for libraries and once, with GoogleTest, for test programs.
set(AIP_PRECOMPILED_HEADERS <algorithm> <array> <atomic> <chrono> <condition_variable> <cstdint> <deque> <functional>
    <map> <memory> <mutex> <optional> <set> <span> <string> <string_view> <thread> <utility> <variant> <vector>)

function(aip_precompile name)
    get_target_property(type ${name} TYPE)
    if(NOT AIP_PRECOMPILE)
        return()
    elseif(type STREQUAL EXECUTABLE)
        target_precompile_headers(${name} REUSE_FROM aip_precompiled_for_tests)
    else()
        target_precompile_headers(${name} REUSE_FROM aip_precompiled)
    endif()
endfunction()

if(AIP_PRECOMPILE)
    # Linked for their macros: a precompiled header is only taken where none is defined that it does not know.
    set(libraries Poco::Foundation fmt::fmt)
    file(CONFIGURE OUTPUT nothing.cpp CONTENT "int main() {}\n")
    add_library(aip_precompiled STATIC ${CMAKE_BINARY_DIR}/nothing.cpp)
    target_link_libraries(aip_precompiled PRIVATE ${libraries})
    target_precompile_headers(aip_precompiled PRIVATE ${AIP_PRECOMPILED_HEADERS} <fmt/core.h>)
    if(AIP_BUILD_TESTS)
        find_package(GTest REQUIRED)
        add_executable(aip_precompiled_for_tests ${CMAKE_BINARY_DIR}/nothing.cpp)
        target_link_libraries(aip_precompiled_for_tests PRIVATE ${libraries} GTest::gmock)
        target_precompile_headers(aip_precompiled_for_tests PRIVATE ${AIP_PRECOMPILED_HEADERS} <fstream> <future>
            <fmt/core.h> <gmock/gmock.h> <gtest/gtest.h>)
    endif()
endif()
