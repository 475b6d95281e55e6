#pragma once

#include <iosfwd>
#include <string>
#include <string_view>
#include <vector>

namespace aip::tool {

/// One finding about a plugin.
struct Finding {
    std::string code;  ///< kebab-case, fixed, for programs; explained by adviceFor()
    std::string text;  ///< what was seen
};

struct Advice {
    std::string_view code;
    bool serious;           ///< false: worth knowing, but not against the rules
    std::string_view text;  ///< what to do about it
};

/// The advice for a code, also for the reason codes in core/hosting/refusal.h.
const Advice& adviceFor(std::string_view code);

/// The result of one step of the check.
struct Section {
    std::string name;
    std::string summary;
    std::vector<std::string> details{};  ///< more lines for it
    std::vector<Finding> findings{};

    void found(std::string code, std::string text) { findings.push_back({std::move(code), std::move(text)}); }
    /// No serious finding.
    bool passed() const;
};

struct Scorecard {
    std::string id;
    std::string version;
    std::vector<Section> sections;

    bool passed() const;
    void print(std::ostream& out) const;
    /// {"id", "version", "passed", "sections": [{"name", "passed", "summary", "details", "findings": [{"code",
    /// "serious", "text", "advice"}]}]}
    void printJson(std::ostream& out) const;
};

}  // namespace aip::tool
