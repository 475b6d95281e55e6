#pragma once

#include <cstdio>
#include <string>

#include <sys/wait.h>

namespace aip::tests {

struct ToolRun {
    int status;
    std::string output;
};

enum class Output { both, standard };

/// A command of the shell that begins with aip-plugin, and what it wrote: to both of its outputs, or to the first.
inline ToolRun runTool(const std::string& words, Output wanted = Output::both) {
    const auto command = std::string(AIP_PLUGIN_TOOL) + (wanted == Output::both ? " 2>&1 " : " 2>/dev/null ") + words;
    FILE* pipe = ::popen(command.c_str(), "r");  // NOLINT(cert-env33-c): the words are ours
    std::string output;
    char buffer[4096];
    while (const auto size = std::fread(buffer, 1, sizeof buffer, pipe)) {
        output.append(buffer, size);
    }
    const int status = ::pclose(pipe);
    return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, output};
}

inline bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

}  // namespace aip::tests
