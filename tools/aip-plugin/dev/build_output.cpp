#include "dev/build_output.h"

#include <algorithm>
#include <cstddef>
#include <iterator>

namespace aip::tool::dev {
namespace {

constexpr std::size_t mostLines = 40;

bool isProgress(std::string_view line) {
    constexpr std::string_view noise[] = {
        "[",      "-- ",    "FAILED:",       "ninja:",        "make:",     "make[",
        "gmake:", "gmake[", "   Compiling ", "    Finished ", "Scanning ", "Consolidate "};
    return std::ranges::any_of(noise, [line](std::string_view start) { return line.starts_with(start); });
}

std::string_view nextLine(std::string_view& text) {
    const auto end = std::min(text.find('\n'), text.size());
    const auto line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    return line;
}

/// Without what isProgress(), and without the command that Ninja shows after "FAILED:".
std::string withoutProgress(std::string_view text) {
    std::string kept;
    while (!text.empty()) {
        const auto line = nextLine(text);
        if (line.starts_with("FAILED:")) {
            nextLine(text);
        } else if (!isProgress(line) && !(kept.empty() && line.empty())) {
            kept.append(line) += '\n';
        }
    }
    return kept;
}

}  // namespace

std::string problemsIn(std::string_view output) {
    std::string kept = withoutProgress(output);
    std::string_view rest = kept.empty() ? output : kept;
    std::string shown;
    for (std::size_t lines = 0; !rest.empty() && lines < mostLines; ++lines) {
        shown.append(nextLine(rest)) += '\n';
    }
    const auto more = std::count(rest.begin(), rest.end(), '\n');
    return more == 0 ? shown : shown + "(" + std::to_string(more) + " lines more)\n";
}

}  // namespace aip::tool::dev
