#include "mcp/server_messages.h"

#include "mcp/json_reading.h"
#include "mcp/revision.h"

#include <algorithm>
#include <cmath>
#include <string>

namespace aip::mcp {

std::uint32_t permilleOf(reading::element parameters) {
    constexpr double whole = 1000;
    const double progress = reading::valueAt<double>(parameters, "progress").value_or(0);
    const double total = reading::valueAt<double>(parameters, "total").value_or(whole);
    const double share = total > 0 ? progress / total * whole : 0;
    return std::isfinite(share) ? static_cast<std::uint32_t>(std::clamp(share, 0.0, whole)) : 0;
}

Outgoing answerTo(reading::element id, std::string_view method) {
    const std::string begin = R"({"jsonrpc":"2.0","id":)" + simdjson::minify(id);
    return {method == "ping" ? begin + R"(,"result":{}})"
                             : begin + R"(,"error":{"code":-32601,"message":"Method not found"}})"};
}

bool wraps(reading::element tool) {
    const auto schema = reading::at(tool, "outputSchema");
    return schema && reading::isTrue(*schema, "x-fastmcp-wrap-result");
}

bool tellsOfChanges(reading::element discovered) {
    const auto capabilities = reading::at(discovered, "capabilities");
    const auto tools = capabilities ? reading::at(*capabilities, "tools") : std::nullopt;
    return tools && reading::isTrue(*tools, "listChanged");
}

bool supportsModern(reading::element discovered) {
    simdjson::dom::array versions;
    if (discovered["supportedVersions"].get(versions) != simdjson::SUCCESS) {
        return false;
    }
    return std::any_of(versions.begin(), versions.end(), [](reading::element version) {
        std::string_view text;
        return version.get(text) == simdjson::SUCCESS && text == modernRevision;
    });
}

}  // namespace aip::mcp
