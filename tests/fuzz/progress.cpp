// What a program tells of its progress: the last report is the same however the bytes are cut.

#include "require.h"
#include "runner/progress_lines.h"

#include <cstddef>
#include <optional>
#include <string_view>

namespace {

using aip::runner::ProgressLines;

std::optional<ProgressLines::Report> lastOf(std::string_view bytes, std::size_t piece) {
    std::optional<ProgressLines::Report> last;
    ProgressLines lines;
    for (std::size_t at = 0; at < bytes.size(); at += piece) {
        if (auto report = lines.feed(bytes.substr(at, piece))) {
            require(report->permille <= 1000, "at most all is done");
            require(report->text.size() <= ProgressLines::longestLine, "a line has a limit");
            last = std::move(report);
        }
    }
    require(lines.exceeded() == (bytes.size() > ProgressLines::mostBytes), "every byte counts");
    return last;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const char* data, std::size_t size) {
    const std::string_view bytes(data, size);
    require(lastOf(bytes, 1) == lastOf(bytes, size + 1), "the pieces do not count");
    return 0;
}
