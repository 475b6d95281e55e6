#pragma once

#include "execution/router.h"
#include "tests/support/fake_slot.h"

#include <memory>
#include <vector>

namespace aip::tests {

/// Two plugins with tools of one name, offered to agents and processes in several ways.
inline execution::Router listedRouter() {
    const auto never = [](hosting::Call&) { return hosting::Outcome{}; };
    const std::vector<std::shared_ptr<plugins::Slot>> slots{
        fakeSlot("shell", {tool("run"), tool("look", "BashExecutor", "{}", "data_collection")}, never),
        fakeSlot("screen", {tool("run", "Screen"), tool("shot", "Screen", "{}", "data_collection")}, never)};
    return {{{"LinuxAgent", "default", {"BashExecutor", "Screen"}, {"Screen"}},
             {"LinuxAgent", "WORD", {"Screen"}, {}},
             {"*", "default", {"Screen"}, {}}},
            execution::ToolTable::build(slots)};
}

}  // namespace aip::tests
