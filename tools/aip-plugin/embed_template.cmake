# embed_template(OUT): writes the files of sdk/template as C++ to OUT. Their names end with ".in", which is left away. The
# libraries for programs stand beside their templates.
function(embed_template out)
    set(folder ${PROJECT_SOURCE_DIR}/sdk/template)
    file(GLOB_RECURSE files CONFIGURE_DEPENDS RELATIVE ${folder} ${folder}/*.in)
    set(entries)
    foreach(file IN LISTS files ITEMS ../python/aip.py ../node/aip.mjs)
        cmake_path(SET source NORMALIZE ${folder}/${file})
        set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${source})
        file(READ ${source} text)
        string(REGEX REPLACE "\\.in$" "" path ${file})
        string(REGEX REPLACE "^\\.\\./" "" path ${path})
        string(APPEND entries "        {\"${path}\", R\"aip-file(${text})aip-file\"},\n")
    endforeach()
    file(WRITE ${out}.new "#include \"project.h\"

namespace aip::tool {

const std::vector<TemplateFile>& templateFiles() {
    static const std::vector<TemplateFile> files{
${entries}    };
    return files;
}

}  // namespace aip::tool
")
    file(COPY_FILE ${out}.new ${out} ONLY_IF_DIFFERENT)
endfunction()
