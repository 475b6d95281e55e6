#include "protocol/message_memory.h"

#include "base/json_text.h"

#include <numeric>
#include <utility>

namespace aip::protocol {
namespace {

/// A smaller message is not worth a copy.
constexpr std::size_t worthACopy = 64U << 10U;

/// Calls `visit` with every view that executing a COMMAND needs; `message` is a ServerMessage, const or not.
template <typename Message, typename Visit>
void forEachView(Message& message, Visit visit) {
    for (auto* id : {&message.agentName, &message.rootName, &message.processName, &message.sessionId, &message.taskName,
                     &message.responseId}) {
        if (*id) {
            visit(**id);
        }
    }
    for (auto& action : message.actions) {
        visit(action.toolName);
        visit(action.parameters);
        for (auto* text : {&action.toolType, &action.callId}) {
            if (*text) {
                visit(**text);
            }
        }
    }
}

std::size_t neededBytes(const ServerMessage& command) {
    std::size_t needed = 0;
    forEachView(command, [&](std::string_view view) { needed += view.size(); });
    return needed;
}

/// Moves the views of `message` into a text of their own.
void rehouse(ServerMessage& message, std::size_t size) {
    message.text.reserve(size + base::jsonPadding);
    forEachView(message, [&](std::string_view& view) {
        const std::size_t at = message.text.size();
        message.text.append(view);
        view = message.text.view().substr(at, view.size());
    });
}

}  // namespace

std::size_t heldBytes(const ServerMessage& message) {
    return std::accumulate(message.unescaped.begin(), message.unescaped.end(),
                           message.text.capacity() + message.actions.capacity() * sizeof(Action),
                           [](std::size_t sum, const std::string& text) { return sum + text.capacity(); });
}

ServerMessagePtr compacted(std::shared_ptr<ServerMessage> command) {
    const std::size_t held = heldBytes(*command);
    const std::size_t needed = neededBytes(*command);
    if (held < worthACopy || needed >= held / 2) {
        return command;
    }
    auto copy = std::make_shared<ServerMessage>();
    copy->type = command->type;
    copy->status = command->status;
    copy->size = command->size;
    copy->excess = std::move(command->excess);
    copy->agentName = command->agentName;
    copy->rootName = command->rootName;
    copy->processName = command->processName;
    copy->sessionId = command->sessionId;
    copy->taskName = command->taskName;
    copy->responseId = command->responseId;
    copy->actions = command->actions;
    rehouse(*copy, needed);
    return copy;
}

}  // namespace aip::protocol
