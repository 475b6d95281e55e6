#include "lifecycle/action_records.h"

#include "base/json_object.h"
#include "base/json_text.h"
#include "base/log.h"
#include "execution/call_account.h"
#include "lifecycle/command_caller.h"

#include <algorithm>
#include <array>
#include <exception>
#include <string>

namespace aip::lifecycle {
namespace {

constexpr std::size_t mostNamed = 16;
constexpr std::size_t longestName = 100;
constexpr std::size_t longestId = 1'024;

bool namesTool(const protocol::Action& action) {
    return !action.toolName.empty();
}

std::size_t toolsOf(const protocol::ServerMessage& command) {
    return static_cast<std::size_t>(std::ranges::count_if(command.actions, namesTool));
}

/// Of the last `count` tools.
std::string namesOf(const protocol::ServerMessage& command, std::size_t count) {
    base::JsonArray names;
    std::size_t before = toolsOf(command) - count;
    std::size_t left = mostNamed;
    for (const auto& action : command.actions) {
        if (!namesTool(action)) {
            continue;
        }
        if (before > 0) {
            --before;
        } else if (left > 0) {
            --left;
            names.add(base::jsonString(base::repairUtf8(action.toolName.substr(0, longestName))));
        }
    }
    return names.take();
}

base::JsonObject eventOf(const protocol::ServerMessage& command, std::size_t count) {
    base::JsonObject event;
    event.foreignIfAny("session", command.sessionId.value_or("").substr(0, longestId))
        .foreignIfAny("response", command.responseId.value_or("").substr(0, longestId))
        .number("count", count);
    return event;
}

template <typename Members>
void addEvent(audit::Trail& trail, std::string_view kind, const Members& members) noexcept {
    try {
        trail.event(kind, members().takeMembers());
    } catch (const std::exception&) {
        base::log::error("audit: not enough memory for the record of actions that are not carried out");
    }
}

/// The agent itself answers it, with either tool_type.
std::shared_ptr<const audit::ToolFacts> listingFacts(const protocol::Action& action) {
    static const std::array facts{
        std::make_shared<const audit::ToolFacts>(audit::ToolFacts{"action::list_tools", "", "aip-agent", "", "", {}}),
        std::make_shared<const audit::ToolFacts>(
            audit::ToolFacts{"data_collection::list_tools", "", "aip-agent", "", "", {}})};
    return facts[action.toolType.value_or(execution::actionType) == execution::actionType ? 0 : 1];
}

}  // namespace

void recordSkipped(audit::Trail& trail, const protocol::ServerMessage& command, std::size_t count) noexcept {
    if (count > 0) {
        addEvent(trail, "skipped", [&] { return eventOf(command, count).raw("tools", namesOf(command, count)); });
    }
}

void recordUnnamed(audit::Trail& trail, const protocol::ServerMessage& command, std::size_t count) noexcept {
    if (count > 0) {
        addEvent(trail, "no_action", [&] { return eventOf(command, count); });
    }
}

void recordRefused(audit::Trail& trail, const protocol::ServerMessage& command, std::size_t results,
                   std::string_view why) noexcept {
    addEvent(trail, "refused", [&] {
        return eventOf(command, results).raw("tools", namesOf(command, toolsOf(command))).foreignIfAny("reason", why);
    });
}

base::Result<std::shared_ptr<audit::OpenCall>> beginListing(execution::Dispatcher& dispatcher,
                                                            const protocol::ServerMessagePtr& command,
                                                            const protocol::Action& action) {
    const auto caller = callerOf(*command, dispatcher.tasks());  // keeps the task, which may end meanwhile
    auto asked = execution::askedBy(caller);
    asked.response = command->responseId.value_or("");
    asked.call = action.callId.value_or("");
    asked.tool = action.toolName;
    asked.parameters = action.parameters;
    asked.owner = command;
    asked.ownerSize = command->text.size();
    return dispatcher.trail().begin(asked, listingFacts(action), {});
}

}  // namespace aip::lifecycle
