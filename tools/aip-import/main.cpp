#include "base/file.h"
#include "configuration_text.h"

#include <iostream>
#include <span>
#include <string>
#include <string_view>

namespace {

using namespace aip;

enum ExitCode { done = 0, failed = 1, usage = 64 };

constexpr std::size_t largestFile = 1UL << 20U;

constexpr std::string_view help =
    "aip-import FILE\n\n"
    "Reads the list of tool servers of the reference's client (its mcp.yaml) and prints the same as a part of the\n"
    "agent's configuration: a section [mcp.NAME] for each server that is a program or has an address, and a\n"
    "[profile.NAME] for each agent and root. What has no counterpart is a comment that says why.\n"
    "The output holds the variables in 'env', which may be secrets: keep it in a file of mode 600.\n\n"
    "  --help       Show this help.\n"
    "  --version    Show the version.\n\n"
    "Exit codes: 0 done, 1 the file cannot be used, 64 wrong usage.\n";

int print(std::string_view text) {
    if (std::cout << text << std::flush) {
        return done;
    }
    std::cerr << "aip-import: standard output cannot be written\n";
    return failed;
}

int import(const std::string& file) {
    const auto text = base::readFile(file, {largestFile});
    const auto profiles =
        text ? importer::readMcpYaml(*text) : base::Result<std::vector<importer::Profile>>(text.error());
    if (!profiles) {
        std::cerr << "aip-import: " << (text ? "'" + file + "': " : "") << profiles.error().text() << '\n';
        return failed;
    }
    return print(importer::configurationText(*profiles));
}

int run(std::span<char* const> words) {
    const std::string first = words.empty() ? "" : words[0];
    if (first == "--help" || first == "-h") {
        return print(help);
    }
    if (first == "--version") {
        return print("aip-import " AIP_VERSION "\n");
    }
    if (words.size() != 1 || first.empty() || first.starts_with('-')) {
        std::cerr << "aip-import: one file is expected; see aip-import --help\n";
        return usage;
    }
    return import(first);
}

}  // namespace

int main(int count, char** words) {
    return run(std::span<char* const>(words, static_cast<std::size_t>(count)).subspan(1));
}
