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

/// Remembers the COMMANDs that run and the answers given lately, so that one which comes twice is not executed twice,
/// and an answer that may not have arrived can be given again. A COMMAND is known again by its session_id, its
/// response_id and its actions; without both ids it is always a new one. Used on the I/O thread.
class AnswerLedger {
  public:
    /// `capacity`: bytes of answers that are remembered, the oldest are forgotten first; one answer may take a quarter
    /// of it, all of it if it is owed.
    explicit AnswerLedger(std::size_t capacity) : _capacity(capacity) {}

    enum class Arrival {
        fresh,      ///< to be executed
        joined,     ///< it runs already: its answer will serve both
        repeated,   ///< answered already: give answerTo() again
        forgotten,  ///< answered already, by something too large to be remembered: counts as running from now on
    };

    /// A COMMAND has come, and somebody waits for its answer.
    Arrival arrived(const protocol::ServerMessage& command);

    /// Of a COMMAND that has just `repeated`.
    const protocol::Pieces& answerTo(const protocol::ServerMessage& command) const;

    /// Is this COMMAND running, and does somebody wait for its answer?
    bool awaited(const protocol::ServerMessage& command) const;

    /// The answer is there. `sent`: and goes out now; otherwise, if it is awaited, it is owed.
    void answered(const protocol::ServerMessage& command, const protocol::Pieces& answer, bool sent);

    /// Nobody waits any more for what runs, and nothing is owed.
    void disown();

    /// The connection is lost: what was sent on it and not confirmed is owed again.
    void connectionLost();

    /// What is owed, the oldest first; counts as sent from now on.
    std::vector<protocol::Pieces> takeOwed();

    /// Everything sent so far, for confirm().
    std::uint64_t sentSoFar() const { return _sent; }

    /// The server has received everything up to that mark.
    void confirm(std::uint64_t mark);

    /// COMMANDs whose answers are awaited.
    std::size_t unanswered() const;

    std::size_t capacity() const { return _capacity; }

  private:
    using Key = std::pair<std::string, std::string>;  ///< session_id and response_id; both empty: none
    /// `closed`: nobody waits for it, or the server has it.
    enum class State : std::uint8_t { running, owed, sent, closed };
    struct Entry {
        Key key;
        std::size_t fingerprint = 0;  ///< of the actions
        State state = State::running;
        bool awaited = true;   ///< while running
        bool complete = true;  ///< false: `answer` was too large to be remembered
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
    Entries _answers;  ///< the oldest first
    std::size_t _size = 0;
    std::uint64_t _sent = 0;
    std::map<Key, Entries::iterator> _byKey;
    std::unordered_map<const protocol::ServerMessage*, Entries::iterator> _byCommand;  ///< what runs
};

}  // namespace aip::lifecycle
