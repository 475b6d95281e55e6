#include "base/build.h"
#include "base/file.h"
#include "base/help.h"
#include "configuration_text.h"

#include <iostream>
#include <span>
#include <string>
#include <string_view>

namespace {

using namespace aip;

enum ExitCode { done = 0, failed = 1, usage = 64 };

constexpr std::size_t largestFile = 1UL << 20U;

std::string help() {
    return base::helpText(
        {.usage = {"aip-import FILE"},
         .summary = "Prints the tool servers of the reference client's mcp.yaml as configuration of aip-agent.",
         .details = "That is a section [mcp.NAME] for each server that is a program or has an address, and a "
                    "[profile.NAME] for each agent and root. What has no counterpart is a comment that says why. The "
                    "output holds the variables in 'env', which may be secrets: keep it in a file of mode 600.\n",
         .options = {{"-h, --help", "Show this help and exit."},
                     {"--version", "Show the version and the build, and exit."}},
         .exitCodes = {{done, "done"}, {failed, "the file cannot be used"}, {usage, "wrong usage"}},
         .more = "Read on: man aip-import, man aip-agent.ini."});
}

int misused(const std::string& text) {
    std::cerr << base::wrongUsage("aip-import", text);
    return usage;
}

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
        return print(help());
    }
    if (first == "--version") {
        return print(base::versionText("aip-import"));
    }
    if (first.size() > 1 && first.starts_with('-')) {
        return misused(base::unknownWord(first));
    }
    return words.size() == 1 && !first.empty() ? import(first) : misused("one file is expected");
}

}  // namespace

int main(int count, char** words) {
    return run(std::span<char* const>(words, static_cast<std::size_t>(count)).subspan(1));
}
