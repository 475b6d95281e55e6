#include "shown.h"
#include "views.h"

namespace aip::agentctl {

std::string toolsView(Json tools) {
    Table table({"TOOL", "TYPE", "NAMESPACE", "PLUGIN", "REFUSED NOW", "DESCRIPTION"});
    for (const Json tool : tools["tools"].items()) {
        const std::string description = tool["description"].text();
        table.add({tool["name"].text(), tool["type"].text(), tool["namespace"].text(), tool["plugin"].text(),
                   tool["refused"].text(), description.substr(0, description.find('\n'))});
    }
    return table.empty() ? "no tools\n" : table.text();
}

}  // namespace aip::agentctl
