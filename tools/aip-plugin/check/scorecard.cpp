#include "scorecard.h"

#include "base/json_text.h"

#include <algorithm>
#include <iomanip>
#include <ostream>

namespace aip::tool {
namespace {

using base::jsonString;

constexpr std::string_view indent = "                      ";

void printSection(const Section& section, std::ostream& out) {
    const char* verdict = !section.passed() ? "FAIL" : section.findings.empty() ? "pass" : "note";
    out << "  " << verdict << "  " << std::left << std::setw(13) << section.name << ' ' << section.summary << '\n';
    for (const auto& detail : section.details) {
        out << indent << detail << '\n';
    }
    for (const auto& finding : section.findings) {
        out << indent << finding.code << ": " << finding.text << '\n';
        if (const auto advice = adviceFor(finding.code).text; !advice.empty()) {
            out << indent << "-> " << advice << '\n';
        }
    }
}

std::string json(const Finding& finding) {
    const auto& advice = adviceFor(finding.code);
    return "{\"code\":" + jsonString(finding.code) + ",\"serious\":" + (advice.serious ? "true" : "false") +
           ",\"text\":" + jsonString(finding.text) + ",\"advice\":" + jsonString(advice.text) + "}";
}

/// `items` as a JSON array.
template <typename Items, typename ToJson>
std::string list(const Items& items, ToJson toJson) {
    std::string out;
    for (const auto& item : items) {
        out += (out.empty() ? "" : ",") + toJson(item);
    }
    return "[" + out + "]";
}

std::string jsonOf(const Section& section) {
    return "{\"name\":" + jsonString(section.name) + ",\"passed\":" + (section.passed() ? "true" : "false") +
           ",\"summary\":" + jsonString(section.summary) +
           ",\"details\":" + list(section.details, [](const std::string& line) { return jsonString(line); }) +
           ",\"findings\":" + list(section.findings, &json) + "}";
}

}  // namespace

bool Section::passed() const {
    return std::ranges::none_of(findings, [](const Finding& finding) { return adviceFor(finding.code).serious; });
}

bool Scorecard::passed() const {
    return std::ranges::all_of(sections, &Section::passed);
}

void Scorecard::print(std::ostream& out) const {
    out << id << ' ' << version << '\n';
    for (const auto& section : sections) {
        printSection(section, out);
    }
    const auto good = std::ranges::count_if(sections, &Section::passed);
    out << good << " of " << sections.size() << " passed\n";
}

void Scorecard::printJson(std::ostream& out) const {
    out << "{\"id\":" << jsonString(id) << ",\"version\":" << jsonString(version)
        << ",\"passed\":" << (passed() ? "true" : "false") << ",\"sections\":" << list(sections, &jsonOf) << "}\n";
}

}  // namespace aip::tool
