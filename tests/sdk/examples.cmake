# What `aip-plugin new hello` makes, in both languages, and the examples, as a part of this build.
function(template_instance language id)
    set(target ${id})
    set(Class Hello)
    file(GLOB files RELATIVE ${PROJECT_SOURCE_DIR}/sdk/template/${language} CONFIGURE_DEPENDS
        ${PROJECT_SOURCE_DIR}/sdk/template/${language}/plugin*)
    foreach(file IN LISTS files)
        string(REGEX REPLACE "\\.in$" "" name ${file})
        configure_file(${PROJECT_SOURCE_DIR}/sdk/template/${language}/${file} ${id}/${name} @ONLY)
    endforeach()
endfunction()
template_instance(cpp hello)
template_instance(c hello_c)
aip_add_plugin(hello ID hello VERSION 1.0.0 SOURCES ${CMAKE_CURRENT_BINARY_DIR}/hello/plugin.cpp
    OUTPUT_DIRECTORY ${plugins})
aip_add_plugin(hello_c ID hello_c VERSION 1.0.0 SOURCES ${CMAKE_CURRENT_BINARY_DIR}/hello_c/plugin.c
    MANIFEST ${CMAKE_CURRENT_BINARY_DIR}/hello_c/plugin.json.in OUTPUT_DIRECTORY ${plugins})
aip_add_plugin_test(hello_test PLUGIN hello SOURCES ${CMAKE_CURRENT_BINARY_DIR}/hello/plugin_test.cpp
    LINK GTest::gtest_main)
aip_check_plugin(hello)
aip_check_plugin(hello_c)
aip_test_call(hello greet "{\"name\":\"Ann\",\"times\":2}" RESULT "\"Hello Ann Ann\"")
aip_test_call(hello_c greet "{\"name\":\"Ann\"}" RESULT "\"Hello Ann\"")
aip_test_call(hello_c greet "{}" FAILS "'name' is a required property")
add_subdirectory(${PROJECT_SOURCE_DIR}/sdk/examples ${CMAKE_CURRENT_BINARY_DIR}/examples)
