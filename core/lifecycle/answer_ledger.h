#pragma once

#include "protocol/encoder.h"
#include "protocol/messages.h"

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
/// answer that may not have arrived is sent again. A COMMAND is recognised by its session_id, response_id and actions;
/// without both ids it is always new.
///
/// Life of an entry: running -> sent -> closed when the server confirms it; or running -> owed -> sent if there is no
/// connection. Used on the I/O thread only, no locks.
class AnswerLedger {
  public:
    /// `capacity`: bytes of answers kept; the oldest are dropped first. One answer may take a quarter of it, an owed
    /// answer all of it.
    explicit AnswerLedger(std::size_t capacity) : _capacity(capacity) {}

    enum class Arrival {
        fresh,      ///< to be executed
        joined,     ///< already running: its answer serves both
        repeated,   ///< already answered: send answerTo() again
        forgotten,  ///< already answered, but the answer was too large to keep: counts as running again
    };

    /// A COMMAND has arrived and the server waits for its answer.
    Arrival arrived(const protocol::ServerMessage& command);

    /// The answer to a COMMAND that is `repeated`.
    const protocol::Pieces& answerTo(const protocol::ServerMessage& command) const;

    /// Whether this COMMAND is running and the server waits for its answer.
    bool awaited(const protocol::ServerMessage& command) const;

    /// The answer is ready. `sent`: it is sent now; otherwise it is owed if it is awaited.
    void answered(const protocol::ServerMessage& command, const protocol::Pieces& answer, bool sent);

    /// No answer is awaited or owed any more.
    void disown();

    /// The connection is lost: answers sent on it and not confirmed are owed again.
    void connectionLost();

    /// The owed answers, oldest first. They count as sent from now on.
    std::vector<protocol::Pieces> takeOwed();

    /// Mark of the last answer sent, for confirm().
    std::uint64_t sentSoFar() const { return _sent; }

    /// The server has received every answer up to `mark`.
    void confirm(std::uint64_t mark);

    /// Number of running COMMANDs whose answers are awaited.
    std::size_t unanswered() const;

    std::size_t capacity() const { return _capacity; }
    /// Bytes of the largest sent answer that is kept.
    std::size_t largestKept() const { return _capacity / 4; }

  private:
    using Key = std::pair<std::string, std::string>;  ///< session_id and response_id; both empty: no key
    /// `closed`: the answer is not awaited, or the server has it.
    enum class State : std::uint8_t { running, owed, sent, closed };
    struct Entry {
        Key key;
        std::size_t fingerprint = 0;  ///< of the actions
        State state = State::running;
        bool awaited = true;   ///< while running
        bool complete = true;  ///< false: `answer` was too large to keep
        std::uint64_t mark = 0;
        protocol::Pieces answer{};
    };
    using Entries = std::list<Entry>;

    const Entry* running(const protocol::ServerMessage& command) const;
    void begin(const protocol::ServerMessage& command, Entry entry);
    void remember(Entries::iterator entry, const protocol::Pieces& answer);
    void forget(Entries::iterator entry);
    void changeAll(State from, State to);

    const std::size_t _capacity;
    Entries _running;
    Entries _answers;  ///< oldest first
    std::size_t _size = 0;
    std::uint64_t _sent = 0;
    std::map<Key, Entries::iterator> _byKey;
    std::unordered_map<const protocol::ServerMessage*, Entries::iterator> _byCommand;  ///< running ones
};

}  // namespace aip::lifecycle
