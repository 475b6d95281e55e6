#include "app/finding.h"

#include "base/log.h"

#include <algorithm>

namespace aip::app {

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

bool Findings::concern(const std::string& key) const {
    return std::ranges::find(_all, key, &Finding::key) != _all.end();
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
        const bool note = each.severity == Severity::note;
        base::log::line(note ? base::log::Level::info : base::log::Level::warn, "{}", each.line());
    }
}

}  // namespace aip::app
