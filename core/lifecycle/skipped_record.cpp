#include "lifecycle/skipped_record.h"

#include "base/json_object.h"
#include "base/json_text.h"
#include "base/log.h"

#include <algorithm>
#include <exception>
#include <string>

namespace aip::lifecycle {
namespace {

constexpr std::size_t mostNamed = 16;
constexpr std::size_t longestName = 100;
constexpr std::size_t longestId = 1'024;

std::string cutAt(std::string_view text, std::size_t limit) {
    return base::repairUtf8(text.substr(0, limit));
}

bool namesTool(const protocol::Action& action) {
    return !action.toolName.empty();
}

std::size_t toolsOf(const protocol::ServerMessage& command) {
    return static_cast<std::size_t>(std::ranges::count_if(command.actions, namesTool));
}

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
            names.add(base::jsonString(cutAt(action.toolName, longestName)));
        }
    }
    return names.take();
}

}  // namespace

void recordSkipped(execution::Dispatcher& dispatcher, const protocol::ServerMessage& command, std::size_t count,
                   std::string_view why) noexcept {
    if (count == 0) {
        return;
    }
    try {
        dispatcher.trail().event("skipped",
                                 base::JsonObject()
                                     .textIfAny("session", cutAt(command.sessionId.value_or(""), longestId))
                                     .textIfAny("response", cutAt(command.responseId.value_or(""), longestId))
                                     .number("count", static_cast<std::int64_t>(count))
                                     .raw("tools", namesOf(command, count))
                                     .textIfAny("reason", why)
                                     .takeMembers());
    } catch (const std::exception&) {
        base::log::error("audit: not enough memory for the record of skipped actions");
    }
}

void recordRefused(execution::Dispatcher& dispatcher, const protocol::ServerMessage& command,
                   std::string_view why) noexcept {
    recordSkipped(dispatcher, command, toolsOf(command), why);
}

}  // namespace aip::lifecycle
