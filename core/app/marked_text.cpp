#include "app/marked_text.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace aip::app {
namespace {

constexpr std::array<std::string_view, 3> byteOrderMarks{"\xEF\xBB\xBF", "\xFF\xFE", "\xFE\xFF"};

}  // namespace

base::Result<std::string> readUnmarked(const std::filesystem::path& file, const base::FileRule& rule) {
    auto content = base::readFile(file, rule);
    const bool marked =
        content && std::ranges::any_of(byteOrderMarks, [&](auto mark) { return content->starts_with(mark); });
    return marked ? base::Error(base::Code::invalid, file.string() +
                                                         ": begins with a byte order mark: save it as plain "
                                                         "ASCII or UTF-8 without one")
                  : std::move(content);
}

}  // namespace aip::app
