#include "page_frame.h"

#include "base/build.h"
#include "roff.h"

#include <algorithm>
#include <cctype>

namespace aip::manual {
namespace {

constexpr std::string_view place = ".\\\" @generated@\n";

std::string upper(std::string text) {
    std::ranges::transform(text, text.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    return text;
}

/// "Does this." -> "does this"; a name in capitals stays.
std::string asPhrase(std::string text) {
    if (text.size() > 1 && std::isupper(static_cast<unsigned char>(text[1])) == 0) {
        text[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(text[0])));
    }
    if (text.ends_with('.')) {
        text.pop_back();
    }
    return text;
}

}  // namespace

base::Result<std::string> PageFrame::around(std::string_view generated, const std::string& rest) const {
    const auto at = rest.find(place);
    if (at == std::string::npos) {
        return base::Error(base::Code::invalid, "the page has no line " + std::string(place));
    }
    std::string page = ".\\\" Made by tools/manual.\n.TH " + upper(name) + " " + section +
                       " " AIP_RELEASE_DATE " \"aip-agent " + std::string(base::version()) + "\"\n";
    page += roff::heading("NAME") + roff::escaped(name) + " \\- " + roff::paragraph(asPhrase(summary));
    return page.append(rest, 0, at).append(generated).append(rest, at + place.size());
}

}  // namespace aip::manual
