# aip_unity(NAME [APART SOURCE...]): with AIP_UNITY, the sources of target NAME are compiled together, but those that are
# to stay APART because they use a name of another for something of their own.
function(aip_unity name)
    cmake_parse_arguments(ARG "" "" "APART" ${ARGN})
    if(AIP_UNITY)
        set_target_properties(${name} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 0)
        set_source_files_properties(${ARG_APART} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
        target_compile_options(${name} PRIVATE -Wno-shadow)  # a name of another source is not in the way
    endif()
endfunction()
