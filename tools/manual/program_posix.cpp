#include "program.h"

#include <array>
#include <cstdio>
#include <filesystem>
#include <utility>

#include <sys/wait.h>

namespace aip::manual {
namespace {

using base::Code;
using base::Error;
using base::Result;

/// Standard output of a line of the shell, which must end with 0.
Result<std::string> outputOf(const std::string& line) {
    std::FILE* pipe = ::popen(line.c_str(), "r");
    if (pipe == nullptr) {
        return Error(Code::unavailable, line + ": cannot be started");
    }
    std::string output;
    std::array<char, 4096> buffer{};
    for (std::size_t size = 1; size > 0;) {
        size = std::fread(buffer.data(), 1, buffer.size(), pipe);
        output.append(buffer.data(), size);
    }
    return ::pclose(pipe) == 0 ? Result<std::string>(std::move(output)) : Error(Code::unavailable, line + ": fails");
}

Result<std::string> helpOf(const std::string& path, const std::string& command = {}) {
    return outputOf("'" + path + "' " + command + " --help");
}

Result<HelpPage> parsed(const Result<std::string>& text, const std::string& call) {
    auto page = text ? HelpPage::parse(*text) : Result<HelpPage>(text.error());
    return page ? std::move(page) : std::move(page).error().within(call + " --help");
}

}  // namespace

Result<Program> ask(const std::string& path) {
    Program program{std::filesystem::path(path).filename(), {}, {}};
    const auto whole = helpOf(path);
    auto help = parsed(whole, program.name);
    if (!help) {
        return std::move(help).error();
    }
    program.help = *std::move(help);
    for (const auto& command : program.help.list("Commands:")) {
        const auto text = helpOf(path, command.form);
        if (text && *text == *whole) {
            continue;
        }
        auto own = parsed(text, program.name + " " + command.form);
        if (!own) {
            return std::move(own).error();
        }
        program.commands.push_back({command.form, *std::move(own)});
    }
    return program;
}

}  // namespace aip::manual
