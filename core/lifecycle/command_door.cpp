#include "lifecycle/command_door.h"

#include "base/log.h"
#include "lifecycle/action_records.h"
#include "lifecycle/action_results.h"
#include "protocol/message_memory.h"

#include <algorithm>
#include <iterator>
#include <new>
#include <utility>

namespace aip::lifecycle {
namespace {

constexpr auto tooMany = "this device has too many commands waiting; try again later";
constexpr auto doorCloses = "this device is shutting down";

/// The limit that the COMMAND exceeds, in words; empty if it exceeds none.
std::string limitOf(const protocol::ServerMessage& command, std::size_t maxAnswer) {
    const std::size_t answer = AnswerBudget::smallestAnswer(command);
    if (command.excess.empty() && answer > maxAnswer) {
        return "its answer may have " + std::to_string(answer) + " bytes, a message at most " +
               std::to_string(maxAnswer);
    }
    return command.excess;
}

std::string noRoom(std::size_t limit) {
    return "this device keeps at most " + std::to_string(limit) + " bytes of commands; try again later";
}

/// A COMMAND that counts while anybody holds it: also a cancelled call that has not returned.
struct CountedCommand {
    CountedCommand(protocol::ServerMessagePtr message, std::shared_ptr<base::ByteBudget> budget)
        : command(std::move(message)), share(std::move(budget)) {}

    const protocol::ServerMessagePtr command;
    base::ByteBudget::Share share;
};

/// Null: the budget is used up.
protocol::ServerMessagePtr counted(const protocol::ServerMessagePtr& command,
                                   const std::shared_ptr<base::ByteBudget>& budget) {
    const auto holder = std::make_shared<CountedCommand>(command, budget);
    const bool taken = holder->share.grow(protocol::heldBytes(*command));
    return taken ? protocol::ServerMessagePtr(holder, command.get()) : nullptr;
}

std::string_view sessionOf(const protocol::ServerMessage& command) {
    return command.sessionId.value_or("");
}

}  // namespace

CommandDoor::CommandDoor(execution::Dispatcher& dispatcher, CommandDoorSettings settings, Sink sink)
    : _dispatcher(dispatcher),
      _settings(settings),
      _commands(std::make_shared<base::ByteBudget>(settings.maxWaitingSize + settings.maxAnswerSize)),
      _results(std::make_shared<base::ByteBudget>(settings.maxKeptSize)),
      _sink(std::move(sink)) {}

CommandDoor::~CommandDoor() {
    refuseNew(doorCloses);
    cancelAll(doorCloses);
    std::unique_lock lock(_mutex);
    _answered.wait(lock, [this] { return _pending == 0; });
}

void CommandDoor::submit(const protocol::ServerMessagePtr& command) {
    if (const std::string limit = limitOf(*command, _settings.maxAnswerSize); !limit.empty()) {
        auto results = beyondLimit(limit);
        tellRefused(*command, results.size(), limit);
        return _sink({command, std::move(results)});
    }
    const auto taken = counted(command, _commands);
    if (!taken) {
        return _sink({command, refuse(*command, noRoom(_settings.maxWaitingSize + _settings.maxAnswerSize))});
    }
    auto batch = std::make_shared<CommandBatch>(taken, _dispatcher, _settings.maxAnswerSize, _results,
                                                [this](const BatchPtr& done) { finished(done); });
    batch->enter();
    std::string refusal;
    switch (enqueue(batch, refusal)) {
        case Entry::first:
            return batch->start();
        case Entry::queued:
            return;
        case Entry::refused:
            return _sink({command, refuse(*command, refusal)});
    }
}

std::vector<protocol::ActionResult> CommandDoor::refuse(const protocol::ServerMessage& command,
                                                        std::string_view why) const {
    auto results = refusedResults(command, why);
    tellRefused(command, results.size(), why);
    return results;
}

void CommandDoor::tellRefused(const protocol::ServerMessage& command, std::size_t results, std::string_view why) const {
    base::log::warn("session {}: COMMAND refused: {}", protocol::shown(command.sessionId), why);
    recordRefused(_dispatcher.trail(), command, results, why);
}

CommandDoor::Entry CommandDoor::enqueue(const BatchPtr& batch, std::string& refusal) {
    const std::lock_guard lock(_mutex);
    refusal = _refusal;
    auto place = refusal.empty() ? _dispatcher.places().take() : std::nullopt;
    if (refusal.empty() && !place) {
        refusal = tooMany;
    }
    if (!place) {
        return Entry::refused;
    }
    Lane& lane = _lanes[std::string(sessionOf(batch->command()))];
    lane.unfinished.push_back({batch, *std::move(place)});
    ++_pending;
    const bool first = lane.unfinished.size() == 1;
    lane.running = lane.running || first;
    return first ? Entry::first : Entry::queued;
}

/// What waits starts on a worker: on this stack a session with many short batches would recurse without limit.
void CommandDoor::finished(const BatchPtr& batch) {
    const auto lane = conclude(*batch);
    for (BatchPtr next = lane ? batch : nullptr; next;) {
        passAnswer(*next);
        Passed then = passed(*lane);
        if (then.start) {
            then.start->advanceLater();
        }
        next = std::move(then.answer);
    }
}

/// The session is free for its next COMMAND. None if another thread passes the answers, this one with them.
std::optional<CommandDoor::Lanes::iterator> CommandDoor::conclude(const CommandBatch& batch) {
    const std::lock_guard lock(_mutex);
    const auto found = _lanes.find(sessionOf(batch.command()));
    Lane& lane = found->second;
    lane.finished.splice(lane.finished.end(), lane.unfinished, lane.unfinished.begin());
    lane.running = false;
    return std::exchange(lane.passing, true) ? std::nullopt : std::optional(found);
}

void CommandDoor::passAnswer(CommandBatch& batch) {
    try {
        _sink({batch.commandPointer(), batch.takeResults(), batch.takeShare()});
    } catch (const std::bad_alloc&) {
        base::log::error("a COMMAND stays without an answer: not enough memory");
    }
}

/// After the last answer of all the destructor may go on: its place must be free before the unlock.
CommandDoor::Passed CommandDoor::passed(Lanes::iterator found) {
    const std::lock_guard lock(_mutex);
    Lane& lane = found->second;
    lane.finished.pop_front();
    if (--_pending == 0) {
        _answered.notify_all();
    }
    lane.passing = !lane.finished.empty();
    if (lane.passing) {
        return {.answer = lane.finished.front().batch};
    }
    if (lane.unfinished.empty()) {
        _lanes.erase(found);
        return {};
    }
    return std::exchange(lane.running, true) ? Passed() : Passed{.start = lane.unfinished.front().batch};
}

void CommandDoor::refuseNew(const std::string& why) {
    const std::lock_guard lock(_mutex);
    _refusal = why;
}

/// Last of a queue first: a waiting batch must be cancelled before the end of the running one starts it.
std::vector<CommandDoor::BatchPtr> CommandDoor::batchesOf(const std::string* sessionId) const {
    const std::lock_guard lock(_mutex);
    std::vector<BatchPtr> batches;
    for (const auto& [id, lane] : _lanes) {
        if (sessionId == nullptr || *sessionId == id) {
            std::transform(lane.unfinished.rbegin(), lane.unfinished.rend(), std::back_inserter(batches),
                           [](const Taken& taken) { return taken.batch; });
        }
    }
    return batches;
}

void CommandDoor::cancelSession(std::string_view sessionId, const std::string& why) {
    const std::string id(sessionId);
    for (const auto& batch : batchesOf(&id)) {
        batch->cancel(base::Code::cancelled, why);
    }
}

void CommandDoor::cancelAll(const std::string& why, std::optional<std::chrono::milliseconds> grace) {
    for (const auto& batch : batchesOf(nullptr)) {
        batch->cancel(base::Code::cancelled, why, grace);
    }
}

std::size_t CommandDoor::pending() const {
    const std::lock_guard lock(_mutex);
    return _pending;
}

}  // namespace aip::lifecycle
