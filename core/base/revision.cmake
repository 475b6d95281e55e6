# cmake -DOUTPUT=FILE -DSOURCE=FOLDER -DREVISION=TEXT -DKNOWN=0|1 -P revision.cmake: writes revision() of base/build.h to FILE,
# if it is another one than before. The commit is that of AIP_COMMIT, or what git says of FOLDER.
set(commit "$ENV{AIP_COMMIT}")
if(commit STREQUAL "")
    execute_process(COMMAND git -C ${SOURCE} rev-parse --show-prefix
        OUTPUT_VARIABLE below OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
    execute_process(COMMAND git -C ${SOURCE} describe --always --dirty --abbrev=12 --exclude=*
        OUTPUT_VARIABLE commit OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
    if(NOT below STREQUAL "")  # a copy in somebody else's repository
        set(commit "")
    endif()
endif()
set(revision "${REVISION}")
if(NOT commit STREQUAL "")
    list(APPEND revision "commit ${commit}")
endif()
list(JOIN revision ", " revision)
if(NOT KNOWN)
    set(revision "")
endif()
set(text "#include \"base/build.h\"\n\nstd::string_view aip::base::revision() {\n    return \"${revision}\";\n}\n")
set(old "")
if(EXISTS ${OUTPUT})
    file(READ ${OUTPUT} old)
endif()
if(NOT old STREQUAL text)
    file(WRITE ${OUTPUT} "${text}")
endif()
