#include "base/build.h"
#include "base/help.h"
#include "call_bench.h"
#include "figures.h"
#include "link_bench.h"
#include "micro.h"
#include "options.h"
#include "plugin_bench.h"

#include <exception>
#include <iostream>
#include <span>

namespace {

using namespace aip::bench;

void run(const Options& options) {
    switch (options.mode) {
        case Mode::help:
            std::cout << help();
            break;
        case Mode::version:
            std::cout << aip::base::versionText("aip-bench");
            break;
        case Mode::micro:
            measureParts(options.filter, options.json, options.quick);
            break;
        case Mode::link: {
            const Report report = measureLink(options.link, std::cerr);
            options.json ? writeJson(report, std::cout) : writeTable(report, std::cout);
            break;
        }
        case Mode::plugin: {
            const PluginReport report = measurePlugin(options.plugin, std::cerr);
            options.json ? writeJson(report, std::cout) : writeTable(report, std::cout);
            break;
        }
        case Mode::calls: {
            const auto rows = measureCalls(options.plugin, std::cerr);
            options.json ? writeJson(rows, std::cout) : writeTable(rows, std::cout);
            break;
        }
    }
}

}  // namespace

int main(int argc, char** argv) {
    try {
        const auto options = parseOptions(std::span(argv, static_cast<std::size_t>(argc)).subspan(1));
        if (!options) {
            std::cerr << aip::base::wrongUsage("aip-bench", options.error().text());
            return Exit::usage;
        }
        run(*options);
        return Exit::done;
    } catch (const std::exception& error) {
        std::cerr << "aip-bench: " << error.what() << std::endl;
        return Exit::failed;
    }
}
