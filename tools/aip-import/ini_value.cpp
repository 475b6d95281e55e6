#include "ini_value.h"

#include "base/ascii.h"

#include <algorithm>

namespace aip::importer {
namespace {

using base::isLetterOrDigit;

bool needsNoQuotes(char c) {
    return isLetterOrDigit(c) || std::string_view("_-./:@%+*~").find(c) != std::string_view::npos;
}

bool isControl(char c) {
    return (static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t') || c == 0x7F;
}

void appendQuoted(std::string& value, std::string_view text, std::size_t at) {
    const char c = text[at];
    if (c == '\n' || c == '\t') {
        value += c == '\n' ? "\\n" : "\\t";
    } else if (c == '"' || c == '\\') {
        value += {'\\', c};
    } else if (text.substr(at).starts_with("${")) {
        value += "$$";
    } else {
        value += c;
    }
}

}  // namespace

std::optional<std::string> iniValue(std::string_view text) {
    if (!text.empty() && std::all_of(text.begin(), text.end(), needsNoQuotes)) {
        return std::string(text);
    }
    if (std::any_of(text.begin(), text.end(), isControl)) {
        return std::nullopt;
    }
    std::string value = "\"";
    for (std::size_t at = 0; at < text.size(); ++at) {
        appendQuoted(value, text, at);
    }
    return value + '"';
}

std::optional<std::string> iniList(const std::vector<std::string>& items) {
    std::string list;
    for (const auto& item : items) {
        const auto value = iniValue(item);
        if (!value) {
            return std::nullopt;
        }
        list += (list.empty() ? "" : ", ") + *value;
    }
    return list;
}

bool isIniName(std::string_view text) {
    return !text.empty() &&
           std::all_of(text.begin(), text.end(), [](char c) { return isLetterOrDigit(c) || c == '_' || c == '-'; });
}

}  // namespace aip::importer
