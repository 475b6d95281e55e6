#include "lifecycle/answer_ledger.h"

#include "base/log.h"
#include "base/text_hash.h"

#include <algorithm>
#include <iterator>
#include <string_view>
#include <utility>

namespace aip::lifecycle {
namespace {

using protocol::Pieces;
using protocol::ServerMessage;

/// Approximate size of an entry without its texts.
constexpr std::size_t overhead = 512;

/// Of what decides what a COMMAND means. Its timestamp differs when it is sent again, and large messages are kept
/// without user_request and result.
std::uint64_t fingerprintOf(const ServerMessage& command) {
    using base::textHash;
    std::uint64_t hash = textHash(command.excess, textHash(protocol::name(command.status), command.actions.size()));
    for (const auto& field : {command.agentName, command.rootName, command.processName, command.taskName}) {
        hash = textHash(field.value_or(""), hash);
    }
    for (const auto& action : command.actions) {
        hash = textHash(action.toolType.value_or(""), textHash(action.toolName, hash));
        hash = textHash(action.parameters, textHash(action.callId.value_or(""), hash));
    }
    return hash;
}

std::pair<std::string, std::string> keyOf(const ServerMessage& command) {
    if (!command.sessionId || !command.responseId || command.sessionId->size() > protocol::maxIdSize) {
        return {};
    }
    return {std::string(*command.sessionId), std::string(*command.responseId)};
}

std::size_t cost(const std::pair<std::string, std::string>& key) {
    return overhead + key.first.size() + key.second.size();
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
    if (!known->second->kept().empty()) {
        return Arrival::repeated;
    }
    forget(known->second);
    begin(command, std::move(entry));
    return Arrival::forgotten;
}

void AnswerLedger::begin(const ServerMessage& command, Entry entry) {
    const auto at = _running.insert(_running.end(), std::move(entry));
    try {
        if (hasKey(at->key)) {
            _byKey[at->key] = at;
        }
        _byCommand[&command] = at;
    } catch (...) {
        removeKey(at);
        _running.erase(at);
        throw;
    }
}

const Pieces& AnswerLedger::answerTo(const ServerMessage& command) const {
    return _byKey.at(keyOf(command))->kept();
}

const AnswerLedger::Entry* AnswerLedger::running(const ServerMessage& command) const {
    const auto found = _byCommand.find(&command);
    return found == _byCommand.end() ? nullptr : &*found->second;
}

bool AnswerLedger::awaited(const ServerMessage& command) const {
    const Entry* entry = running(command);
    return entry != nullptr && entry->awaited;
}

void AnswerLedger::answered(const ServerMessage& command, const Pieces& answer, const Pieces& failure, bool sent) {
    const auto found = _byCommand.find(&command);
    if (found == _byCommand.end()) {
        return;
    }
    const auto entry = found->second;
    _byCommand.erase(found);
    _answers.splice(_answers.end(), _running, entry);
    entry->state = sent ? State::sent : entry->awaited ? State::owed : State::closed;
    entry->mark = sent ? ++_sent : 0;
    _size += cost(entry->key);
    keep(entry->failure, failure);
    if (protocol::size(answer) <= (entry->state == State::owed ? _capacity : largestSent())) {
        keep(entry->answer, answer);
    }
    makeRoom();
}

void AnswerLedger::keep(Pieces& place, const Pieces& text) {
    Pieces copy = text;
    place = std::move(copy);
    _size += protocol::size(place);
}

/// An eighth becomes free, so that not every answer has to search all entries.
void AnswerLedger::makeRoom() {
    if (_size <= _capacity) {
        return;
    }
    const std::size_t limit = _capacity - _capacity / 8;
    forgetOldest(State::closed, limit);
    shorten(limit);
    if (forgetOldest(State::sent, limit) > 0 && !std::exchange(_warned, true)) {
        base::log::warn("too many answers are not confirmed: the oldest are forgotten and cannot be sent again");
    }
}

/// The latest answer stays in any case.
std::size_t AnswerLedger::forgetOldest(State state, std::size_t limit) {
    std::size_t forgotten = 0;
    for (auto entry = _answers.begin(); _size > limit && std::next(entry) != _answers.end();) {
        const auto current = entry++;
        if (current->state == state) {
            forget(current);
            ++forgotten;
        }
    }
    return forgotten;
}

void AnswerLedger::shorten(std::size_t limit) {
    for (auto entry = _answers.begin(); _size > limit && std::next(entry) != _answers.end(); ++entry) {
        if (!entry->failure.empty()) {
            _size -= protocol::size(entry->answer);
            entry->answer = {};
        }
    }
}

void AnswerLedger::forget(Entries::iterator entry) {
    removeKey(entry);
    _size -= cost(entry->key) + protocol::size(entry->answer) + protocol::size(entry->failure);
    _answers.erase(entry);
}

void AnswerLedger::removeKey(Entries::iterator entry) {
    if (const auto known = _byKey.find(entry->key); known != _byKey.end() && known->second == entry) {
        _byKey.erase(known);
    }
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
        if (entry.state == State::owed && !entry.kept().empty()) {
            owed.push_back(entry.kept());
            entry.mark = ++_sent;
        }
    }
    changeAll(State::owed, State::sent);
    makeRoom();
    return owed;
}

void AnswerLedger::confirm(std::uint64_t mark) {
    if (mark == 0) {
        return;
    }
    _warned = false;
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
