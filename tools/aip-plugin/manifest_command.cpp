#include "command.h"
#include "exit_code.h"
#include "manifest.h"

#include <fstream>
#include <iostream>
#include <optional>

namespace aip::tool {
namespace {

base::Result<int> run(const Arguments& arguments) {
    const auto& library = arguments.words().front();
    const auto from =
        arguments.has("--from") ? std::optional<std::filesystem::path>(arguments.get("--from")) : std::nullopt;
    const auto text = makeManifest(library, from);
    if (!text) {
        return failure(library, text.error().text());
    }
    const std::string file = arguments.get("-o");
    if (file.empty()) {
        std::cout << *text;
        return done;
    }
    std::ofstream out(file, std::ios::binary);
    out << *text << std::flush;
    return out ? done : failure(file, "cannot be written");
}

}  // namespace

Command manifestCommand() {
    return {
        .name = "manifest",
        .words = "LIBRARY",
        .summary = "Writes plugin.json for LIBRARY.",
        .details =
            "The library is loaded in a child process and asked (aip.manifest/1), or FILE says what it can do. Added "
            "is what\n"
            "FILE leaves out: id, version and ABI, which the library has, platform, extensions, library and sha256.\n"
            "aip_add_plugin() does this after each link.\n",
        .options = {{"--from", "FILE", "take what the manifest says from FILE"},
                    {"-o", "OUT", "write to OUT instead of the standard output"}},
        .run = &run};
}

}  // namespace aip::tool
