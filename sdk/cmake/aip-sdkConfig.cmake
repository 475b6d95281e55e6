include(CMakeFindDependencyMacro)
find_dependency(Threads)
if(CMAKE_CXX_COMPILER_LOADED)  # a plugin in C needs no simdjson
    find_dependency(simdjson)
endif()
include(${CMAKE_CURRENT_LIST_DIR}/aip-sdkTargets.cmake)
include(${CMAKE_CURRENT_LIST_DIR}/AipAddPlugin.cmake)
include(${CMAKE_CURRENT_LIST_DIR}/AipTestPlugin.cmake)
