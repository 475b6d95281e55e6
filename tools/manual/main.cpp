#include "base/file.h"
#include "base/help.h"
#include "completion.h"
#include "page.h"

#include <iostream>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace aip;
using base::Result;

constexpr int failed = 1;
constexpr int wrongUsage = 64;
constexpr std::size_t largestFile = 1UL << 20U;

const base::Help help{
    .usage = {"aip-manual page PROGRAM FILE", "aip-manual settings FILE",
              "aip-manual completion bash|zsh|fish PROGRAM"},
    .summary = "Makes manual pages and completions of what programs say of themselves; a tool of the build.",
    .details = "FILE is the part of the page that is written by hand.\n",
    .options = {{"-h, --help", "Show this help and exit."}},
    .exitCodes = {{0, "done"}, {failed, "a program or a file is not as it should be"}, {wrongUsage, "wrong usage"}},
    .more = "Read on: tools/manual/README.md."};

Result<std::string> page(const std::string& path, const std::string& file) {
    const auto rest = base::readFile(file, {largestFile});
    const auto program = manual::ask(path);
    if (!rest || !program) {
        return rest ? program.error() : rest.error();
    }
    auto text = manual::programPage(*program, *rest);
    return text ? std::move(text) : std::move(text).error().within(file);
}

Result<std::string> settings(const std::string& file) {
    const auto rest = base::readFile(file, {largestFile});
    return rest ? manual::settingsPage(*rest) : Result<std::string>(rest.error());
}

Result<std::string> completion(const std::string& shell, const std::string& path) {
    const auto program = manual::ask(path);
    return program ? tool::completionScript(manual::completed(*program), shell) : Result<std::string>(program.error());
}

int print(const Result<std::string>& text) {
    if (!text) {
        std::cerr << "aip-manual: " << text.error().text() << '\n';
        return failed;
    }
    return std::cout << *text << std::flush ? 0 : failed;
}

int run(const std::vector<std::string>& words) {
    if (words.size() == 1 && (words[0] == "--help" || words[0] == "-h")) {
        return print(base::helpText(help));
    }
    if (words.size() == 3 && words[0] == "page") {
        return print(page(words[1], words[2]));
    }
    if (words.size() == 2 && words[0] == "settings") {
        return print(settings(words[1]));
    }
    if (words.size() == 3 && words[0] == "completion") {
        return print(completion(words[1], words[2]));
    }
    std::cerr << base::wrongUsage("aip-manual", "wrong arguments");
    return wrongUsage;
}

}  // namespace

int main(int count, char** words) {
    return run({words + 1, words + count});
}
