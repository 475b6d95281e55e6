#include "shown.h"
#include "views.h"

namespace aip::agentctl {
namespace {

std::string joined(Json list, const char* separator) {
    std::string text;
    for (const Json item : list.items()) {
        text += (text.empty() ? "" : separator) + item.text();
    }
    return text;
}

std::string numbersOf(Json processes) {
    std::string text;
    for (const Json process : processes.items()) {
        text += (text.empty() ? "" : " ") + process["pid"].text();
    }
    return text;
}

std::string memoryOf(Json processes) {
    std::int64_t sum = 0;
    for (const Json process : processes.items()) {
        sum += process["memory_bytes"].number().value_or(0);
    }
    return sum == 0 ? "" : size(sum);
}

/// "1 of 4, 2 wait"
std::string callsOf(Json calls) {
    if (!calls) {
        return {};
    }
    const auto waiting = calls["waiting"].number().value_or(0);
    return calls["running"].text() + " of " + calls["places"].text() +
           (waiting == 0 ? "" : ", " + std::to_string(waiting) + " wait");
}

std::string nextStartOf(Json plugin) {
    const auto next = plugin["next_start_ms"].number();
    return next ? "in " + duration(*next) : std::string();
}

}  // namespace

std::string pluginsView(Json plugins) {
    Table table({"PLUGIN", "VERSION", "STATE", "PID", "MEMORY", "CALLS", "TOOLS", "NEXT START", "ISOLATION", "IN FORCE",
                 "REASON"});
    for (const Json plugin : plugins["plugins"].items()) {
        const Json processes = plugin["processes"];
        table.add({plugin["id"].text(), plugin["version"].text(), plugin["state"].text(), numbersOf(processes),
                   memoryOf(processes), callsOf(plugin["calls"]), plugin["tools"].text(), nextStartOf(plugin),
                   plugin["isolation"].text(), joined(plugin["in_force"], ","), plugin["reason"].text()});
    }
    if (plugins["state"].text() == "starting") {
        return "starting: the plugins are not admitted yet\n";
    }
    return table.empty() ? "no plugins\n" : table.text();
}

}  // namespace aip::agentctl
