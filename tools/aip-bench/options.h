#pragma once

#include "base/error.h"
#include "link_bench.h"
#include "plugin_bench.h"

#include <filesystem>
#include <span>
#include <string>
#include <string_view>

namespace aip::bench {

/// What the program ends with.
struct Exit {
    static constexpr int done = 0;
    static constexpr int failed = 1;
    static constexpr int usage = 64;
};

enum class Mode { help, version, link, micro, plugin, calls };

struct Options {
    Mode mode = Mode::help;
    bool json = false;
    bool quick = false;
    std::string filter;
    std::filesystem::path compare;  ///< an earlier report as JSON; empty: none
    std::filesystem::path record;   ///< where the report is written as JSON, too; empty: nowhere
    LinkOptions link;
    PluginOptions plugin;
};

/// The words after the program's name. An error says what is wrong with them.
base::Result<Options> parseOptions(std::span<char* const> words);

/// What --help prints.
std::string help();

}  // namespace aip::bench
