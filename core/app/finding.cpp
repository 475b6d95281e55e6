#include "app/finding.h"

#include "base/json_object.h"
#include "base/log.h"
#include "base/printable.h"

#include <algorithm>
#include <cstddef>
#include <string_view>
#include <system_error>

namespace aip::app {

namespace {

constexpr std::size_t longestFinding = 16UL << 10U;

base::log::Level levelOf(Severity severity) {
    switch (severity) {
        case Severity::error:
            return base::log::Level::error;
        case Severity::warning:
            return base::log::Level::warn;
        case Severity::note:
            return base::log::Level::info;
    }
    return base::log::Level::error;
}

bool mayNotBeOpened(const base::Error& error) {
    return error.text().ends_with(": " + std::make_error_code(std::errc::permission_denied).message());
}

std::string jsonOf(const Finding& finding, const Shown& shown) {
    const auto text = [&shown](const std::string& written) { return base::repairUtf8(shown(written)); };
    return base::JsonObject()
        .text("code", code(finding.found))
        .text("severity", name(finding.severity()))
        .textIfAny("origin", text(finding.origin))
        .textIfAny("setting", text(finding.key))
        .text("text", text(finding.text))
        .text("cure", text(finding.cure()))
        .take();
}

}  // namespace

Found foundInFile(const base::Error& error, Found otherwise) {
    switch (error.code()) {
        case base::Code::denied:
            return mayNotBeOpened(error) ? Found::closedFile : Found::openToOthers;
        case base::Code::notFound:
            return Found::missingFile;
        default:
            return otherwise;
    }
}

std::string Finding::cure() const {
    constexpr std::string_view stand = "ID";
    constexpr std::string_view family = "plugin.";
    std::string words = rowOf(found).cure;
    const std::string id = section.substr(section.find('.') + 1);
    for (auto at = words.find(stand); !section.empty() && at != std::string::npos;) {
        const bool whole = std::string_view(words).substr(0, at).ends_with(family);
        const auto begin = whole ? at - family.size() : at;
        const auto& name = whole ? section : id;
        words.replace(begin, at + stand.size() - begin, name);
        at = words.find(stand, begin + name.size());
    }
    return base::printable(words, longestFinding);
}

std::string Finding::line() const {
    return base::printable((origin.empty() ? "" : origin + ": ") + (key.empty() ? "" : "key '" + key + "': ") + text,
                           longestFinding);
}

bool Findings::has(Severity severity) const {
    return std::ranges::any_of(_all, [severity](const Finding& each) { return each.severity() == severity; });
}

bool Findings::haveError(const std::string& key) const {
    return std::ranges::any_of(
        _all, [&](const Finding& each) { return each.severity() == Severity::error && each.key == key; });
}

std::string Findings::text() const {
    std::string lines;
    for (const auto& each : _all) {
        if (each.severity() == Severity::error) {
            lines += (lines.empty() ? "" : "\n") + each.line();
        }
    }
    return lines;
}

std::string Findings::report() const {
    std::string lines;
    for (const auto& each : _all) {
        lines += code(each.found) + " " + std::string(name(each.severity())) + ": " + each.line() + "\n    " +
                 each.cure() + "\n";
    }
    return lines;
}

std::string json(const Findings& findings, const Shown& shown) {
    base::JsonArray list;
    for (const auto& each : findings.all()) {
        list.add(jsonOf(each, shown));
    }
    return list.take();
}

void log(const Findings& findings) {
    for (const auto& each : findings.all()) {
        base::log::line(levelOf(each.severity()), "{}: {}; {}", code(each.found), each.line(), each.cure());
    }
}

}  // namespace aip::app
