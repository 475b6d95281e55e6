#include "base/build.h"
#include "base/help.h"
#include "call_bench.h"
#include "compare.h"
#include "figures.h"
#include "link_bench.h"
#include "micro.h"
#include "options.h"
#include "plugin_bench.h"

#include <exception>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <span>
#include <sstream>
#include <stdexcept>
#include <string>

namespace {

using namespace aip::bench;

std::string textOf(const std::filesystem::path& file) {
    std::ostringstream text;
    text << std::ifstream(file).rdbuf();
    return std::move(text).str();
}

void record(const std::filesystem::path& file, const std::string& json) {
    std::ofstream out(file);
    if (!(out << json << std::endl)) {
        throw std::runtime_error("cannot write " + file.string());
    }
}

template <typename Report>
void publish(const Options& options, const Report& report) {
    const std::string json = toJson(report);
    if (!options.record.empty()) {
        record(options.record, json);
    }
    if (options.json) {
        std::cout << json << std::endl;
    } else if (!options.compare.empty()) {
        compareReports(textOf(options.compare), json, std::cout);
    } else {
        writeTable(report, std::cout);
    }
}

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
        case Mode::link:
            publish(options, measureLink(options.link, std::cerr));
            break;
        case Mode::plugin:
            publish(options, measurePlugin(options.plugin, std::cerr));
            break;
        case Mode::calls:
            publish(options, measureCalls(options.plugin, std::cerr));
            break;
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
