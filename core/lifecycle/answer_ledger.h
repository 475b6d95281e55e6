#pragma once

#include "protocol/encoder.h"
#include "protocol/messages.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <list>
#include <map>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace aip::lifecycle {

/// Response cache: remembers running COMMANDs and recent answers. A COMMAND that arrives twice is executed once, and an
/// answer that may not have arrived is sent again. A COMMAND is recognised by its session_id and response_id if its
/// status, names (agent, root, process, task) and actions are the same, too; without both ids, or with one that is too
/// long, it is always new.
///
/// Life of an entry: running -> sent -> closed when the server confirms it; or running -> owed -> sent if there is no
/// connection.
///
/// Without room the oldest make place: first the closed ones are forgotten, then a short failure takes the place of
/// answers that are not confirmed, then sent ones are forgotten. What is owed is never forgotten.
///
/// Used on the I/O thread only, no locks. A function that throws, for lack of memory, leaves every entry in one of the
/// states above; an answer that could not be copied is missing.
class AnswerLedger {
  public:
    /// `capacity`: bytes of answers kept. One sent answer may take a quarter of it, an owed one all of it.
    explicit AnswerLedger(std::size_t capacity) : _capacity(capacity) {}

    enum class Arrival {
        fresh,      ///< to be executed
        joined,     ///< already running: its answer serves both
        repeated,   ///< already answered: send answerTo() again
        forgotten,  ///< already answered, but there was no memory for the answer: counts as running again
    };

    /// A COMMAND has arrived and the server waits for its answer.
    Arrival arrived(const protocol::ServerMessage& command);

    /// The answer to a COMMAND that is `repeated`.
    const protocol::Pieces& answerTo(const protocol::ServerMessage& command) const;

    /// Whether this COMMAND is running and the server waits for its answer.
    bool awaited(const protocol::ServerMessage& command) const;

    /// Whether answered() needs a failure that can take the place of an answer of this size.
    bool needsFailure(std::size_t size) const { return size > std::min(smallAnswer, largestSent()); }

    /// The answer is ready. `sent`: it is sent now; otherwise it is owed if it is awaited. `failure`: see
    /// needsFailure(). Without both, which takes no memory, the COMMAND is `forgotten`. No effect if it does not run.
    void answered(const protocol::ServerMessage& command, const protocol::Pieces& answer,
                  const protocol::Pieces& failure, bool sent);

    /// No answer is awaited or owed any more.
    void disown();

    /// The connection is lost: answers sent on it and not confirmed are owed again.
    void connectionLost();

    /// The owed answers, or their failures, oldest first. They count as sent from now on.
    std::vector<protocol::Pieces> takeOwed();

    /// Mark of the last answer sent, for confirm().
    std::uint64_t sentSoFar() const { return _sent; }

    /// The server has received every answer up to `mark`.
    void confirm(std::uint64_t mark);

    /// Number of running COMMANDs whose answers are awaited.
    std::size_t unanswered() const;

    std::size_t capacity() const { return _capacity; }

  private:
    /// Bytes; to replace an answer of this size by a failure would gain nothing.
    static constexpr std::size_t smallAnswer = 1'024;

    using Key = std::pair<std::string, std::string>;  ///< session_id and response_id; both empty: no key
    /// `closed`: the answer is not awaited, or the server has it.
    enum class State : std::uint8_t { running, owed, sent, closed };
    struct Entry {
        Key key;
        std::uint64_t fingerprint = 0;  ///< of what the COMMAND means
        State state = State::running;
        bool awaited = true;  ///< while running
        std::uint64_t mark = 0;
        protocol::Pieces answer{};   ///< empty: not kept
        protocol::Pieces failure{};  ///< in its place

        const protocol::Pieces& kept() const { return answer.empty() ? failure : answer; }
    };
    using Entries = std::list<Entry>;

    const Entry* running(const protocol::ServerMessage& command) const;
    void begin(const protocol::ServerMessage& command, Entry entry);
    void keep(protocol::Pieces& place, const protocol::Pieces& text);
    void makeRoom();
    void shorten(std::size_t limit);
    std::size_t forgetOldest(State state, std::size_t limit);
    void forget(Entries::iterator entry);
    void removeKey(Entries::iterator entry);
    void changeAll(State from, State to);
    std::size_t largestSent() const { return _capacity / 4; }

    const std::size_t _capacity;
    Entries _running;
    Entries _answers;  ///< oldest first
    std::size_t _size = 0;
    std::uint64_t _sent = 0;
    bool _warned = false;  ///< of forgotten answers, since the last one was confirmed
    std::map<Key, Entries::iterator> _byKey;
    std::unordered_map<const protocol::ServerMessage*, Entries::iterator> _byCommand;  ///< running ones
};

}  // namespace aip::lifecycle
