#include "app/configuration_document.h"

#include "base/json_text.h"
#include "base/printable.h"

#include <utility>

namespace aip::app {
namespace {

constexpr std::size_t longestShown = 255;

}  // namespace

bool isKey(std::string_view key) {
    const bool named = !key.empty() && key.size() <= longestKey && key.front() != '.' && key.back() != '.' &&
                       key.find("..") == std::string::npos;
    return named && base::isUtf8(key) && key.find_first_of(" \t\"'[]{}$=;#@\\<>") == std::string::npos &&
           !base::hiddenCharacter(key);
}

std::string notAKey(std::string_view key) {
    const std::string text = "'" + base::printable(key, longestShown) + "' is not a name that a key may have";
    if (key.size() > longestKey) {
        return text + ": longer than " + std::to_string(longestKey) + " bytes";
    }
    if (!base::isUtf8(key)) {
        return text + ": not valid UTF-8";
    }
    const auto hidden = base::hiddenCharacter(key);
    return hidden ? text + ": it holds " + base::codePoint(*hidden) : text;
}

void ConfigurationDocument::add(Entry entry) {
    if (!isKey(entry.key)) {
        faults.push_back({entry.line, notAKey(entry.key)});
        return;
    }
    const auto [before, first] = _lines.try_emplace(entry.key, entry.line);
    if (first) {
        entries.push_back(std::move(entry));
    } else {
        faults.push_back({entry.line, "key '" + entry.key + "' is already set in line " +
                                          std::to_string(before->second) + "; a list is written with commas"});
    }
}

}  // namespace aip::app
