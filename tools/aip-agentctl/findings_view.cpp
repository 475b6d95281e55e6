#include "findings_view.h"

#include "shown.h"

#include <algorithm>

namespace aip::agentctl {
namespace {

std::string lineOf(Json finding) {
    const std::string origin = finding["origin"].text();
    const std::string setting = finding["setting"].text();
    return finding["code"].text() + " " + finding["severity"].text() + ": " + (origin.empty() ? "" : origin + ": ") +
           (setting.empty() ? "" : "key '" + setting + "': ") + finding["text"].text();
}

}  // namespace

std::string findingsView(Json answer) {
    std::string text;
    for (const Json finding : answer["findings"].items()) {
        text += shown(lineOf(finding)) + "\n    " + shown(finding["cure"].text()) + "\n";
    }
    return text + (allIsWell(answer) ? "nothing is wrong\n" : "");
}

bool allIsWell(Json answer) {
    return std::ranges::all_of(answer["findings"].items(),
                               [](Json finding) { return finding["severity"].text() == "note"; });
}

}  // namespace aip::agentctl
