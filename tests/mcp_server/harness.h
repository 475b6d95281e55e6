#pragma once

#include "mcp_server/offered_tools.h"
#include "tests/support/execution_harness.h"

#include <string>
#include <vector>

namespace aip::tests {

/// A router whose one profile, "all", offers everything.
inline std::shared_ptr<const execution::Router> everythingOf(const Slots& slots) {
    execution::Profile all{"*", "default", {}, {}};
    all.everything = true;
    all.name = "all";
    return std::make_shared<const execution::Router>(std::vector{all}, execution::ToolTable::build(slots));
}

/// The room below, and all tools that it offers.
struct McpHarness {
    explicit McpHarness(const Slots& slots, audit::Trail& trail = audit::noTrail())
        : router(everythingOf(slots)), execution(router, trail), offered(router, "all") {}

    execution::LiveRouter router;
    ExecutionHarness execution;
    mcp_server::OfferedTools offered;
};

inline const std::string initialize =
    R"({"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-11-25"}})";

inline std::string callOf(const std::string& id, const std::string& tool, const std::string& arguments = "{}",
                          const std::string& members = {}) {
    return R"({"jsonrpc":"2.0","id":)" + id + R"(,"method":"tools/call","params":{"name":")" + tool +
           R"(","arguments":)" + arguments + members + "}}";
}

inline std::string cancelOf(const std::string& id) {
    return R"({"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":)" + id + "}}";
}

/// A plugin that returns its parameters, waits for its cancellation, reports progress, or fails.
inline std::shared_ptr<FakeSlot> workshop() {
    auto waits = tool("wait");
    waits.timeout = std::chrono::seconds(60);
    const std::string limited = R"({"type":"object","properties":{"n":{"type":"integer"}},"required":["n"]})";
    return fakeSlot("workshop", {tool("echo"), waits, tool("step"), tool("fail"), tool("strict", "Other", limited)},
                    [](hosting::Call& call) {
                        const auto& request = call.request();
                        if (request.tool == "wait") {
                            return call.waitCancelled(std::chrono::seconds(60)) ? call.cancelOutcome()
                                                                                : hosting::Outcome::success("1");
                        }
                        if (request.tool == "step") {
                            call.reportProgress(500, "half");
                        }
                        return request.tool == "fail" ? hosting::Outcome::failure(base::Code::denied, "not \"you\"")
                                                      : hosting::Outcome::success(std::string(request.parameters));
                    });
}

}  // namespace aip::tests
