#include "lifecycle/answer_budget.h"

#include <string>
#include <utility>

namespace aip::lifecycle {
namespace {

constexpr std::size_t envelope = 16U << 10U;  ///< the head of the answer with its ids
constexpr std::size_t perResult = 512;        ///< keys, namespace and the text of a failure of ours

/// Every byte of a text may need an escape.
constexpr std::size_t longestEscape = 6;

std::size_t payload(const protocol::ActionResult& result) {
    return result.result.size() + longestEscape * (result.error ? result.error->size() : 0);
}

protocol::ActionResult tooLarge(protocol::ActionResult result, std::size_t room, std::size_t maxSize) {
    result.error = "The result has " + std::to_string(payload(result)) +
                   " bytes; the message that would carry it has " + std::to_string(room) + " of " +
                   std::to_string(maxSize) + " left";
    result.status = protocol::ResultStatus::failure;
    result.result = "null";
    return result;
}

}  // namespace

std::size_t AnswerBudget::smallestAnswer(const protocol::ServerMessage& command) {
    std::size_t size = envelope;
    for (const auto& action : command.actions) {
        size += perResult + longestEscape * action.callId.value_or("").size();
    }
    return size;
}

AnswerBudget::AnswerBudget(const protocol::ServerMessage& command, std::size_t maxSize) : _maxSize(maxSize) {
    const std::size_t setAside = smallestAnswer(command);
    _room = setAside < maxSize ? maxSize - setAside : 0;
}

protocol::ActionResult AnswerBudget::admit(protocol::ActionResult result) {
    const std::size_t size = payload(result);
    if (size > _room) {
        return tooLarge(std::move(result), _room, _maxSize);
    }
    _room -= size;
    return result;
}

}  // namespace aip::lifecycle
