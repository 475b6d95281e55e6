#pragma once

#include "tests/support/command_harness.h"

#include <chrono>
#include <future>
#include <memory>
#include <string>
#include <vector>

namespace aip::tests::batch {

/// "bad" fails, "wait" runs until cancelled, "stubborn" ignores cancel until released, other tools echo.
class Plugin {
    std::promise<void> _release;
    std::shared_future<void> _released = _release.get_future().share();

  public:
    std::shared_ptr<tests::FakeSlot> slot = fakeSlot(
        "p",
        {tool("echo"), tool("bad"), tool("wait"), tool("stubborn"),
         tool(
             "strict", "BashExecutor",
             R"({"type":"object","properties":{"size":{"type":"integer"}},"required":["size"],"additionalProperties":false})")},
        [released = _released](hosting::Call& call) { return run(call, released); });

    ~Plugin() { _release.set_value(); }

  private:
    static hosting::Outcome run(hosting::Call& call, const std::shared_future<void>& released) {
        if (call.request().tool == "bad") {
            return hosting::Outcome::failure(base::Code::internal, "it broke");
        }
        if (call.request().tool == "wait") {
            return call.waitCancelled(std::chrono::seconds(30)) ? call.cancelOutcome()
                                                                : hosting::Outcome::success("\"waited\"");
        }
        if (call.request().tool == "stubborn") {
            released.wait();
        }
        return hosting::Outcome::success(std::string(call.request().parameters));
    }
};

inline std::string action(const std::string& name, const std::string& parameters = "{}", const std::string& id = "c") {
    return R"({"tool_name":")" + name + R"(","parameters":)" + parameters + R"(,"tool_type":"action","call_id":")" +
           id + "\"}";
}

inline std::string list(const std::vector<std::string>& actions) {
    std::string text = "[";
    for (const auto& each : actions) {
        text += (text.size() == 1 ? "" : ",") + each;
    }
    return text + "]";
}

inline std::string listing(const std::string& type, const std::string& parameters = "{}") {
    return R"({"tool_name":"list_tools","tool_type":)" + type + R"(,"parameters":)" + parameters + "}";
}

}  // namespace aip::tests::batch
