#include "shown.h"
#include "views.h"

namespace aip::agentctl {
namespace {

/// "40 % half of it"
std::string progressOf(Json call) {
    const auto permille = call["permille"].number();
    const std::string text = call["progress"].text();
    if (!permille) {
        return text;
    }
    return std::to_string(*permille / 10) + " %" + (text.empty() ? "" : " " + text);
}

}  // namespace

Table callsTable(Json calls) {
    Table table({"ID", "AGE", "STATE", "TOOL", "NAMESPACE", "PLUGIN", "DOOR", "SESSION", "TASK", "PROGRESS"});
    for (const Json call : calls["calls"].items()) {
        table.add({call["id"].text(), duration(call["age_ms"].number().value_or(0)), call["state"].text(),
                   call["tool"].text(), call["namespace"].text(), call["plugin"].text(), call["door"].text(),
                   call["session"].text(), call["task"].text(), progressOf(call)});
    }
    return table;
}

std::string callsView(Json calls) {
    const Table table = callsTable(calls);
    const auto leftOut = calls["left_out"].number().value_or(0);
    const std::string rest = leftOut == 0 ? "" : "and " + std::to_string(leftOut) + " more\n";
    return (table.empty() ? "no calls\n" : table.text()) + rest;
}

}  // namespace aip::agentctl
