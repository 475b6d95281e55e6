# aip_add_plugin(NAME ID <id> VERSION <1.2.3> SOURCES <file>...
#                [LINK <library>...]          what the plugin needs; it must not have undefined symbols
#                [MANIFEST <plugin.json.in>]  written by hand, for a plugin without aip.manifest/1 (plain C): description,
#                                             tools, settings; what the library says itself is added
#                [OUTPUT_DIRECTORY <folder>]  instead of <build>/plugins
#                [INSTALL]                    installs the folder as lib/aip-agent/plugins/<id>, where the agent looks
#                [COMPONENT <name>])          of the installation; plugins if not given
#
# Builds the folder <build>/plugins/<id> with libNAME.so, which exports aip_plugin_entry_v1 and nothing else, and with
# plugin.json, which `aip-plugin manifest` writes after each link. The macros AIP_PLUGIN_ID and AIP_PLUGIN_VERSION carry
# ID and VERSION into the code.
function(aip_add_plugin name)
    cmake_parse_arguments(PARSE_ARGV 1 ARG "INSTALL" "ID;VERSION;MANIFEST;OUTPUT_DIRECTORY;COMPONENT" "SOURCES;LINK")
    foreach(required ID VERSION SOURCES)
        if(NOT ARG_${required})
            message(FATAL_ERROR "aip_add_plugin(${name}): ${required} is missing")
        endif()
    endforeach()
    if(ARG_UNPARSED_ARGUMENTS)
        message(FATAL_ERROR "aip_add_plugin(${name}): unknown arguments: ${ARG_UNPARSED_ARGUMENTS}")
    endif()
    if(NOT ARG_OUTPUT_DIRECTORY)
        set(ARG_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/plugins)
    endif()
    if(NOT ARG_COMPONENT)
        set(ARG_COMPONENT plugins)
    endif()
    set(folder ${ARG_OUTPUT_DIRECTORY}/${ARG_ID})

    add_library(${name} MODULE ${ARG_SOURCES})
    target_link_libraries(${name} PRIVATE aip::sdk ${ARG_LINK})
    target_compile_definitions(${name} PRIVATE AIP_PLUGIN_ID="${ARG_ID}" AIP_PLUGIN_VERSION="${ARG_VERSION}")
    set_target_properties(${name} PROPERTIES
        C_VISIBILITY_PRESET hidden CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON
        PREFIX lib SUFFIX .so
        LIBRARY_OUTPUT_DIRECTORY $<1:${folder}>
        # The file is installed as it was hashed: nothing may edit it later.
        BUILD_WITH_INSTALL_RPATH ON)
    _aip_plugin_language(${name} ${ARG_SOURCES})
    _aip_plugin_link_options(${name})
    _aip_plugin_manifest(${name} ${folder} "${ARG_MANIFEST}")
    if(ARG_INSTALL)
        _aip_plugin_install(${name} ${ARG_ID} ${folder} ${ARG_COMPONENT})
    endif()
endfunction()

# The C++ wrapper needs C++20; a plugin in C does not. `aip-plugin dev` has its header precompiled: it builds again and again.
function(_aip_plugin_language name)
    set(sources ${ARGN})
    list(FILTER sources EXCLUDE REGEX "\\.(c|h)$")
    if(sources)
        target_compile_features(${name} PRIVATE cxx_std_20)
        if(AIP_PRECOMPILE)
            target_precompile_headers(${name} PRIVATE $<$<COMPILE_LANGUAGE:CXX>:<aip/plugin.hpp>>)
        endif()
    endif()
endfunction()

function(_aip_plugin_link_options name)
    set(map ${CMAKE_CURRENT_FUNCTION_LIST_DIR}/aip_plugin.map)
    target_link_options(${name} PRIVATE LINKER:--version-script=${map})
    set_property(TARGET ${name} APPEND PROPERTY LINK_DEPENDS ${map})
    # The sanitizers' own symbols come from the program, so they are undefined here.
    if(NOT AIP_SANITIZE AND NOT "${CMAKE_C_FLAGS} ${CMAKE_CXX_FLAGS}" MATCHES "-fsanitize")
        target_link_options(${name} PRIVATE LINKER:-z,defs)
    endif()
endfunction()

function(_aip_plugin_manifest name folder template)
    set(from)
    if(template)
        get_filename_component(template ${template} ABSOLUTE)
        set(from --from ${template})
        set_property(TARGET ${name} APPEND PROPERTY LINK_DEPENDS ${template})
    endif()
    _aip_sanitizer_environment(environment)
    if(environment)
        list(PREPEND environment ${CMAKE_COMMAND} -E env)
    endif()
    add_dependencies(${name} aip::aip-plugin)
    add_custom_command(TARGET ${name} POST_BUILD
        COMMAND ${environment} $<TARGET_FILE:aip::aip-plugin> manifest $<TARGET_FILE:${name}> ${from} -o ${folder}/plugin.json
        BYPRODUCTS ${folder}/plugin.json
        COMMENT "Writing the manifest of ${name}"
        VERBATIM)
endfunction()

# What a program needs in its environment to load a library with the sanitizers of CMAKE_<LANG>_FLAGS; empty without them, and
# where the programs have them, too.
function(_aip_sanitizer_environment out)
    set(${out} "" PARENT_SCOPE)
    string(TOUPPER "${CMAKE_BUILD_TYPE}" type)
    set(flags "${CMAKE_C_FLAGS} ${CMAKE_CXX_FLAGS} ${CMAKE_C_FLAGS_${type}} ${CMAKE_CXX_FLAGS_${type}}")
    if(NOT AIP_SANITIZE AND flags MATCHES "-fsanitize=[a-z,]*address")
        set(kind asan)
    elseif(NOT AIP_SANITIZE AND flags MATCHES "-fsanitize=[a-z,]*thread")
        set(kind tsan)
    elseif(NOT AIP_SANITIZE AND flags MATCHES "-fsanitize=[a-z,]*undefined")
        set(kind ubsan)
    else()
        return()
    endif()
    set(language CXX)
    if(NOT CMAKE_CXX_COMPILER)
        set(language C)
    endif()
    if(CMAKE_${language}_COMPILER_ID MATCHES "Clang")
        string(REPLACE "ubsan" "ubsan_standalone" runtime libclang_rt.${kind}-${CMAKE_SYSTEM_PROCESSOR}.so)
    else()
        set(runtime lib${kind}.so)
    endif()
    execute_process(COMMAND ${CMAKE_${language}_COMPILER} -print-file-name=${runtime} OUTPUT_VARIABLE path
        OUTPUT_STRIP_TRAILING_WHITESPACE)
    set(${out} LD_PRELOAD=${path} ASAN_OPTIONS=detect_leaks=0:alloc_dealloc_mismatch=0 PARENT_SCOPE)
endfunction()

# As files: install(TARGETS) would strip the library or edit its run path, and it would no longer match its hash.
# The agent looks from its own folder, whatever CMAKE_INSTALL_LIBDIR is.
function(_aip_plugin_install name id folder component)
    include(GNUInstallDirs)
    cmake_path(SET destination NORMALIZE ${CMAKE_INSTALL_BINDIR}/../lib/aip-agent/plugins/${id})
    install(PROGRAMS $<TARGET_FILE:${name}> DESTINATION ${destination} COMPONENT ${component})
    install(FILES ${folder}/plugin.json DESTINATION ${destination} COMPONENT ${component})
endfunction()
