#include "app/finding.h"

#include "base/log.h"

#include <algorithm>

namespace aip::app {

namespace {

base::log::Level levelOf(Severity severity) {
    switch (severity) {
        case Severity::error:
            return base::log::Level::error;
        case Severity::finding:
            return base::log::Level::warn;
        case Severity::note:
            return base::log::Level::info;
    }
    return base::log::Level::error;
}

}  // namespace

std::string_view name(Severity severity) {
    switch (severity) {
        case Severity::error:
            return "error";
        case Severity::finding:
            return "finding";
        case Severity::note:
            return "note";
    }
    return "error";
}

std::string Finding::line() const {
    return (origin.empty() ? "" : origin + ": ") + (key.empty() ? "" : "key '" + key + "': ") + text +
           (cure.empty() ? "" : "; " + cure);
}

bool Findings::has(Severity severity) const {
    return std::ranges::find(_all, severity, &Finding::severity) != _all.end();
}

bool Findings::haveError(const std::string& key) const {
    return std::ranges::any_of(
        _all, [&](const Finding& each) { return each.severity == Severity::error && each.key == key; });
}

std::string Findings::text() const {
    std::string lines;
    for (const auto& each : _all) {
        if (each.severity == Severity::error) {
            lines += (lines.empty() ? "" : "\n") + each.line();
        }
    }
    return lines;
}

std::string Findings::report() const {
    std::string lines;
    for (const auto& each : _all) {
        lines += std::string(name(each.severity)) + ": " + each.line() + "\n";
    }
    return lines;
}

void log(const Findings& findings) {
    for (const auto& each : findings.all()) {
        base::log::line(levelOf(each.severity), "{}", each.line());
    }
}

}  // namespace aip::app
