# Reads the export table of a library without loading it. Not in aip_admission because the author's tool needs it too.
if(NOT TARGET aip_exports)
    add_library(aip_exports STATIC ${CMAKE_CURRENT_LIST_DIR}/exports_linux.cpp)
    add_library(aip::exports ALIAS aip_exports)
    target_include_directories(aip_exports PUBLIC ${PROJECT_SOURCE_DIR}/core)
    target_link_libraries(aip_exports PUBLIC aip::base)
endif()
