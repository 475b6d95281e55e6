// The part of Machine for schemas that apply to the same value.

#include "schema/assertions.h"
#include "schema/machine.h"

namespace aip::schema {

Machine::Outcome Machine::operations(Frame& frame) {
    const auto& all = node(frame).operations;
    for (; frame.operation < all.size(); ++frame.operation) {
        if (const Outcome outcome = operation(frame, all[frame.operation]); outcome != Outcome::passed) {
            return outcome;
        }
        frame.step = 0;
        frame.count = 0;
    }
    return Outcome::passed;
}

Machine::Outcome Machine::operation(Frame& frame, const Operation& operation) {
    switch (operation.kind) {
        case Operation::Kind::all:
        case Operation::Kind::reference:
            return every(frame, operation.branches);
        case Operation::Kind::any:
        case Operation::Kind::one:
            return some(frame, operation);
        case Operation::Kind::negation: {
            const Outcome outcome = child(frame, operation.branches.front(), frame.value);
            return outcome == Outcome::waiting  ? outcome
                   : outcome == Outcome::passed ? Outcome::failed
                                                : Outcome::passed;
        }
        case Operation::Kind::condition:
            return condition(frame, operation);
        case Operation::Kind::dependent:
            return dependent(frame, operation);
        case Operation::Kind::dynamic:
            return child(frame, dynamicTarget(operation, frame.scope), frame.value, collecting(frame));
    }
    return Outcome::failed;
}

Machine::Outcome Machine::every(Frame& frame, const std::vector<NodeId>& branches) {
    for (; frame.step < branches.size(); ++frame.step) {
        const Outcome outcome = child(frame, branches[frame.step], frame.value, collecting(frame));
        if (outcome != Outcome::passed) {
            return outcome;
        }
    }
    return Outcome::passed;
}

/// "anyOf" and "oneOf". What a branch evaluates counts, so all are tried if anybody asks for that.
Machine::Outcome Machine::some(Frame& frame, const Operation& operation) {
    const bool one = operation.kind == Operation::Kind::one;
    for (; frame.step < operation.branches.size(); ++frame.step) {
        const Outcome outcome = child(frame, operation.branches[frame.step], frame.value, collecting(frame));
        if (outcome == Outcome::waiting) {
            return outcome;
        }
        frame.count += outcome == Outcome::passed ? 1 : 0;
        if (one ? frame.count > 1 : frame.count > 0 && !collecting(frame)) {
            break;
        }
    }
    return frame.count == 1 || (frame.count > 1 && !one) ? Outcome::passed : Outcome::failed;
}

Machine::Outcome Machine::condition(Frame& frame, const Operation& operation) {
    if (frame.step == 0) {
        const Outcome outcome = child(frame, operation.branches[0], frame.value, collecting(frame));
        if (outcome == Outcome::waiting) {
            return outcome;
        }
        frame.step = outcome == Outcome::passed ? 1 : 2;
    }
    const NodeId branch = operation.branches[frame.step];
    return branch == absent ? Outcome::passed : child(frame, branch, frame.value, collecting(frame));
}

Machine::Outcome Machine::dependent(Frame& frame, const Operation& operation) {
    const Value object = value(frame.value);
    if (!_returned && (!object.isObject() || isMissing(operation.name, object, *_budget))) {
        return Outcome::passed;
    }
    return child(frame, operation.branches.front(), frame.value, collecting(frame));
}

}  // namespace aip::schema
