#pragma once

#include "schema/budget.h"
#include "schema/memo.h"
#include "schema/program.h"
#include "schema/scopes.h"
#include "schema/stable_stack.h"
#include "schema/value.h"

#include <cstdint>
#include <vector>

namespace aip::schema {

/// Where the check of the outermost schema failed.
struct Failure {
    enum class At : std::uint8_t { assertion, member, item, contains, operation, unevaluatedMember, unevaluatedItem };
    At at = At::assertion;
    Place place = 0;             ///< of the key or item
    std::uint32_t position = 0;  ///< its number
    std::uint32_t operation = 0;
};

/// Applies compiled schemas to values: on a stack of its own, so that neither a deep value nor a long chain of
/// references ends the thread's. Reused from check to check, so that it needs no memory when warm. One thread at a
/// time.
class Machine {
  public:
    /// For the values of one text. `budget` is for all that follows.
    void start(const Program& program, const Tape& tape, Budget& budget);

    /// Whether the value satisfies the schema. False when the budget is spent.
    bool satisfies(NodeId schema, Place value, Scope scope);

    /// After satisfies() has said no.
    const Failure& failure() const { return _failure; }

    /// The scope inside `schema`, entered from `scope`.
    Scope enter(Scope scope, NodeId schema);

    /// The schema that a dynamic reference means there. Costs as many steps as there are resources on the way.
    NodeId dynamicTarget(const Operation& operation, Scope scope);

    /// Frees what only a large check needed.
    void trim();

  private:
    enum class Outcome : std::uint8_t { failed, passed, waiting };

    static constexpr std::uint32_t noBits = ~std::uint32_t(0);

    struct Frame {
        NodeId id = absent;
        Place value = 0;
        Scope scope = Scopes::none;
        std::uint32_t bits = noBits;  ///< where its set of evaluated members or items begins; noBits if nobody asks
        std::uint32_t bitWords = 0;
        bool reports = false;  ///< its set goes into that of the frame below
        bool remembers = false;
        bool matched = false;  ///< a schema was meant for the current member
        std::uint8_t phase = 0;
        Place at = 0;  ///< the current key or item
        std::uint32_t position = 0;
        std::uint32_t step = 0;  ///< of the current member, or branch of the current operation
        std::uint32_t operation = 0;
        std::uint32_t count = 0;  ///< of branches passed, of items matched
    };

    Outcome call(NodeId id, Place value, Scope scope, bool collects);
    Outcome child(const Frame& frame, NodeId id, Place value, bool collects = false);
    bool run();
    Outcome advance(Frame& frame);
    void finish(bool passed);
    void push(NodeId id, Place value, Scope scope, bool collects, bool remembers);
    void noteFailure();

    Outcome members(Frame& frame);
    Outcome member(Frame& frame, const ObjectRules& rules);
    Outcome matchingPatterns(Frame& frame, const ObjectRules& rules);
    Outcome items(Frame& frame);
    Outcome contains(Frame& frame);
    Outcome operations(Frame& frame);
    Outcome operation(Frame& frame, const Operation& operation);
    Outcome every(Frame& frame, const std::vector<NodeId>& branches);
    Outcome some(Frame& frame, const Operation& operation);
    Outcome condition(Frame& frame, const Operation& operation);
    Outcome dependent(Frame& frame, const Operation& operation);
    Outcome unevaluated(Frame& frame);

    bool collecting(const Frame& frame) const { return frame.bits != noBits; }
    void mark(const Frame& frame) {
        _bits[frame.bits + frame.position / 64] |= std::uint64_t(1) << frame.position % 64;
    }
    bool marked(const Frame& frame) const {
        return (_bits[frame.bits + frame.position / 64] >> frame.position % 64 & 1U) != 0;
    }
    std::uint64_t memoKey(NodeId id, Place value, Scope scope) const;
    Value value(Place place) const { return {_tape, place}; }
    const Node& node(const Frame& frame) const { return _program->nodes[frame.id]; }

    const Program* _program = nullptr;
    Tape _tape;
    Budget* _budget = nullptr;
    StableStack<Frame> _stack;  ///< frames wait in it for those above them
    std::vector<std::uint64_t> _bits;
    Memo _memo;
    Scopes _scopes;
    Failure _failure;
    bool _returned = false;  ///< the frame on top has the outcome of what it called
    bool _outcome = false;
};

/// The calling thread's machine. One at a time per thread.
class ThreadMachine {
  public:
    ThreadMachine();
    ~ThreadMachine();
    ThreadMachine(const ThreadMachine&) = delete;
    ThreadMachine& operator=(const ThreadMachine&) = delete;

    Machine& operator*() const { return _machine; }

  private:
    Machine& _machine;
};

}  // namespace aip::schema
