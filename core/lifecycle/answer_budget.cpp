#include "lifecycle/answer_budget.h"

#include <algorithm>
#include <string>
#include <utility>

namespace aip::lifecycle {
namespace {

constexpr std::size_t envelope = 16U << 10U;  ///< the head of the answer with its ids
constexpr std::size_t perResult = 512;        ///< keys, namespace and the text of a failure of ours

constexpr std::size_t freeSize = 64U << 10U;  ///< of each COMMAND, whatever others keep

/// Every byte of a text may need an escape.
constexpr std::size_t longestEscape = 6;

std::size_t payload(const protocol::ActionResult& result) {
    return result.result.size() + longestEscape * (result.error ? result.error->size() : 0);
}

protocol::ActionResult withoutRoom(protocol::ActionResult result, const std::string& why) {
    result.error = "The result has " + std::to_string(payload(result)) + " bytes; " + why;
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

AnswerBudget::AnswerBudget(const protocol::ServerMessage& command, std::size_t maxSize,
                           std::shared_ptr<base::ByteBudget> kept)
    : _maxSize(maxSize), _kept(std::make_shared<base::ByteBudget::Share>(std::move(kept))) {
    const std::size_t setAside = smallestAnswer(command);
    _room = setAside < maxSize ? maxSize - setAside : 0;
}

protocol::ActionResult AnswerBudget::admit(protocol::ActionResult result) {
    const std::size_t size = payload(result);
    if (size > _room) {
        return withoutRoom(std::move(result), "the message that would carry it has " + std::to_string(_room) + " of " +
                                                  std::to_string(_maxSize) + " left");
    }
    if (result.status == protocol::ResultStatus::success && !keep(size)) {  // after a failure nothing else is kept
        return withoutRoom(std::move(result), "those that other COMMANDs keep until they are answered leave no room");
    }
    _room -= size;
    return result;
}

bool AnswerBudget::keep(std::size_t size) {
    const auto counted = [](std::size_t bytes) { return bytes - std::min(bytes, freeSize); };
    if (!_kept->grow(counted(_admitted + size) - counted(_admitted))) {
        return false;
    }
    _admitted += size;
    return true;
}

}  // namespace aip::lifecycle
