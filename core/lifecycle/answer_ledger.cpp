#include "lifecycle/answer_ledger.h"

#include "base/log.h"

#include <algorithm>
#include <functional>
#include <string_view>
#include <utility>

namespace aip::lifecycle {
namespace {

using protocol::Pieces;
using protocol::ServerMessage;

/// Approximate size of an entry without its texts.
constexpr std::size_t overhead = 512;

std::size_t mix(std::size_t hash, std::string_view text) {
    return (hash ^ std::hash<std::string_view>()(text)) * 0x9E3779B97F4A7C15U;
}

std::size_t fingerprintOf(const ServerMessage& command) {
    std::size_t hash = command.actions.size();
    for (const auto& action : command.actions) {
        hash = mix(mix(hash, action.toolName), action.toolType.value_or(""));
        hash = mix(mix(hash, action.callId.value_or("")), action.parameters);
    }
    return hash;
}

std::pair<std::string, std::string> keyOf(const ServerMessage& command) {
    if (!command.sessionId || !command.responseId) {
        return {};
    }
    return {std::string(*command.sessionId), std::string(*command.responseId)};
}

std::size_t cost(const std::pair<std::string, std::string>& key, const Pieces& answer) {
    return overhead + key.first.size() + key.second.size() + protocol::size(answer);
}

bool hasKey(const std::pair<std::string, std::string>& key) {
    return !key.first.empty() || !key.second.empty();
}

}  // namespace

AnswerLedger::Arrival AnswerLedger::arrived(const ServerMessage& command) {
    Entry entry{.key = keyOf(command), .fingerprint = fingerprintOf(command)};
    const auto known = _byKey.find(entry.key);
    if (known == _byKey.end() || known->second->fingerprint != entry.fingerprint) {
        begin(command, std::move(entry));
        return Arrival::fresh;
    }
    if (known->second->state == State::running) {
        known->second->awaited = true;
        return Arrival::joined;
    }
    if (known->second->complete) {
        return Arrival::repeated;
    }
    forget(known->second);
    begin(command, std::move(entry));
    return Arrival::forgotten;
}

void AnswerLedger::begin(const ServerMessage& command, Entry entry) {
    const auto at = _running.insert(_running.end(), std::move(entry));
    _byCommand[&command] = at;
    if (hasKey(at->key)) {
        _byKey[at->key] = at;
    }
}

const Pieces& AnswerLedger::answerTo(const ServerMessage& command) const {
    return _byKey.at(keyOf(command))->answer;
}

const AnswerLedger::Entry* AnswerLedger::running(const ServerMessage& command) const {
    const auto found = _byCommand.find(&command);
    return found == _byCommand.end() ? nullptr : &*found->second;
}

bool AnswerLedger::awaited(const ServerMessage& command) const {
    const Entry* entry = running(command);
    return entry != nullptr && entry->awaited;
}

void AnswerLedger::answered(const ServerMessage& command, const Pieces& answer, bool sent) {
    const auto found = _byCommand.find(&command);
    if (found == _byCommand.end()) {
        return;
    }
    const auto entry = found->second;
    _byCommand.erase(found);
    _answers.splice(_answers.end(), _running, entry);
    entry->state = sent ? State::sent : entry->awaited ? State::owed : State::closed;
    entry->mark = sent ? ++_sent : 0;
    remember(entry, answer);
}

void AnswerLedger::remember(Entries::iterator entry, const Pieces& answer) {
    const std::size_t bytes = protocol::size(answer);
    entry->complete = bytes <= (entry->state == State::owed ? _capacity : _capacity / 4);
    if (entry->complete) {
        entry->answer = answer;
    }
    _size += cost(entry->key, entry->answer);
    while (_size > _capacity && _answers.size() > 1) {
        forget(_answers.begin());
    }
}

void AnswerLedger::forget(Entries::iterator entry) {
    if (entry->state == State::owed) {
        base::log::warn("session {} response {}: its answer is forgotten, too many wait for the connection",
                        entry->key.first, entry->key.second);
    }
    if (const auto known = _byKey.find(entry->key); known != _byKey.end() && known->second == entry) {
        _byKey.erase(known);
    }
    _size -= cost(entry->key, entry->answer);
    _answers.erase(entry);
}

void AnswerLedger::changeAll(State from, State to) {
    for (auto& entry : _answers) {
        if (entry.state == from) {
            entry.state = to;
        }
    }
}

void AnswerLedger::disown() {
    for (auto& entry : _running) {
        entry.awaited = false;
    }
    changeAll(State::owed, State::closed);
    changeAll(State::sent, State::closed);
}

void AnswerLedger::connectionLost() {
    changeAll(State::sent, State::owed);
}

std::vector<Pieces> AnswerLedger::takeOwed() {
    std::vector<Pieces> owed;
    for (auto& entry : _answers) {
        if (entry.state == State::owed && entry.complete) {
            owed.push_back(entry.answer);
            entry.mark = ++_sent;
        }
    }
    changeAll(State::owed, State::sent);
    return owed;
}

void AnswerLedger::confirm(std::uint64_t mark) {
    for (auto& entry : _answers) {
        if (entry.state == State::sent && entry.mark <= mark) {
            entry.state = State::closed;
        }
    }
}

std::size_t AnswerLedger::unanswered() const {
    return static_cast<std::size_t>(
        std::count_if(_running.begin(), _running.end(), [](const Entry& entry) { return entry.awaited; }));
}

}  // namespace aip::lifecycle
