#include "schema/machine.h"

#include "schema/assertions.h"

#include <algorithm>

namespace aip::schema {
namespace {

/// Schemas that wait for one another. Honest ones stay far below.
constexpr std::size_t deepestStack = 16'384;
constexpr Scope mostScopes = 1U << 12U;
constexpr std::size_t keptWords = 1U << 12U;
constexpr std::uint64_t stepsOfLookup = 4;

constexpr std::uint64_t priceOfSchema = 8;
constexpr std::uint64_t priceOfFrame = 24;
constexpr std::uint64_t priceOfMember = 4;

Machine& ownMachine() {
    thread_local Machine machine;
    return machine;
}

std::uint32_t unevaluatedOf(const Node& node, const Value& value) {
    return value.isObject() && node.object ? node.object->unevaluated
           : value.isArray() && node.array ? node.array->unevaluated
                                           : absent;
}

}  // namespace

ThreadMachine::ThreadMachine() : _machine(ownMachine()) {}

ThreadMachine::~ThreadMachine() {
    _machine.trim();
}

void Machine::start(const Program& program, const Tape& tape, Budget& budget) {
    _program = &program;
    _tape = tape;
    _budget = &budget;
    _memo.clear();
    _scopes.clear();
}

void Machine::trim() {
    _memo.trim();
    if (_bits.capacity() > keptWords) {
        _bits = {};
    }
    _stack.trim(keptWords);
}

Scope Machine::enter(Scope scope, NodeId schema) {
    if (_program->dynamicAnchors.empty()) {
        return scope;
    }
    const Scope inner = _scopes.entered(scope, _program->nodes[schema].resource);
    if (!_budget->spend(_scopes.size()) || inner >= mostScopes) {
        _budget->exhaust();
    }
    return inner;
}

NodeId Machine::dynamicTarget(const Operation& operation, Scope scope) {
    const auto& places = _program->dynamicAnchors[operation.anchor];
    NodeId target = operation.branches.front();
    for (; scope != Scopes::none && _budget->spend(stepsOfLookup); scope = _scopes.outside(scope)) {
        const auto found = places.find(_scopes.resourceOf(scope));
        target = found == places.end() ? target : found->second;
    }
    return target;
}

bool Machine::satisfies(NodeId schema, Place place, Scope scope) {
    _stack.clear();
    _bits.clear();
    _returned = false;
    _failure = {};
    const Outcome first = call(schema, place, scope, false);
    const bool passed = first == Outcome::waiting ? run() : first == Outcome::passed;
    return passed && !_budget->spent();
}

bool Machine::run() {
    while (!_stack.empty() && !_budget->spent()) {
        const Outcome outcome = advance(_stack.back());
        if (outcome != Outcome::waiting && !_budget->spent()) {
            finish(outcome == Outcome::passed);
        }
    }
    return _outcome;
}

std::uint64_t Machine::memoKey(NodeId id, Place value, Scope scope) const {
    // Nodes and scopes are few enough for one word: see oneSchema.nodes, mostScopes.
    return std::uint64_t(value) << 32U | std::uint64_t(scope) << 20U | id;
}

/// Schemas without others inside are decided at once, others get a frame.
Machine::Outcome Machine::call(NodeId id, Place place, Scope scope, bool collects) {
    const Node& node = _program->nodes[id];
    const Value value = this->value(place);
    if (!_budget->spend(priceOfSchema) || !assertionsHold(node, value, _program->tape, *_budget)) {
        return Outcome::failed;
    }
    if (node.leaf) {
        return Outcome::passed;
    }
    const Scope inner = enter(scope, id);
    const bool remembers = node.remembered && !collects;
    if (remembers) {
        const auto known = _memo.find(memoKey(id, place, inner));
        if (known != Memo::Known::unknown) {
            return known == Memo::Known::passed ? Outcome::passed : Outcome::failed;
        }
    }
    push(id, place, inner, collects, remembers);
    return Outcome::waiting;
}

void Machine::push(NodeId id, Place place, Scope scope, bool collects, bool remembers) {
    const Value value = this->value(place);
    const bool container = value.isObject() || value.isArray();
    const bool asked = container && (collects || unevaluatedOf(_program->nodes[id], value) != absent);
    const std::size_t size = asked ? value.size() : 0;
    if (_stack.size() >= deepestStack || !_budget->spend(priceOfFrame + size)) {
        _budget->exhaust();
        return;
    }
    const auto words = static_cast<std::uint32_t>((size + 63) / 64);
    const auto bits = asked ? static_cast<std::uint32_t>(_bits.size()) : noBits;
    _bits.resize(_bits.size() + words);
    _stack.push({id, place, scope, bits, words, collects && asked, remembers});
}

/// Called again after waiting, it gives the outcome of what was called then.
Machine::Outcome Machine::child(const Frame& frame, NodeId id, Place place, bool collects) {
    if (_returned) {
        _returned = false;
        return _outcome ? Outcome::passed : Outcome::failed;
    }
    return call(id, place, frame.scope, collects);
}

Machine::Outcome Machine::advance(Frame& frame) {
    using Phase = Outcome (Machine::*)(Frame&);
    constexpr Phase phases[] = {&Machine::members, &Machine::items, &Machine::contains, &Machine::operations,
                                &Machine::unevaluated};
    for (; frame.phase < std::size(phases); ++frame.phase) {
        if (const Outcome outcome = (this->*phases[frame.phase])(frame); outcome != Outcome::passed) {
            return outcome;
        }
        frame.at = 0;
        frame.position = frame.step = frame.operation = frame.count = 0;
        frame.matched = false;
    }
    return Outcome::passed;
}

void Machine::finish(bool passed) {
    const Frame done = _stack.back();
    if (!passed && _stack.size() == 1) {
        noteFailure();
    }
    _stack.pop();
    if (done.remembers) {
        _memo.add(memoKey(done.id, done.value, done.scope), passed);
    }
    if (collecting(done)) {
        if (done.reports && passed) {
            const std::uint32_t below = _stack.back().bits;
            for (std::uint32_t word = 0; word < done.bitWords; ++word) {
                _bits[below + word] |= _bits[done.bits + word];
            }
        }
        _bits.resize(done.bits);
    }
    _returned = true;
    _outcome = passed;
}

void Machine::noteFailure() {
    using At = Failure::At;
    constexpr At places[] = {At::member, At::item, At::contains, At::operation, At::unevaluatedMember};
    const Frame& frame = _stack.back();
    At at = places[frame.phase];
    if (at == At::unevaluatedMember && value(frame.value).isArray()) {
        at = At::unevaluatedItem;
    }
    _failure = {at, frame.at, frame.position, frame.operation};
}

Machine::Outcome Machine::members(Frame& frame) {
    const Value object = value(frame.value);
    const auto& rules = node(frame).object;
    if (!rules || !rules->looksInside || !object.isObject()) {
        return Outcome::passed;
    }
    frame.at = frame.at == 0 ? object.begin() : frame.at;
    while (frame.at != object.end()) {
        if (const Outcome outcome = member(frame, *rules); outcome != Outcome::passed) {
            return outcome;
        }
        frame.at = value(frame.at + 1).next();
        ++frame.position;
        frame.step = 0;
        frame.matched = false;
    }
    return Outcome::passed;
}

/// The steps: its name, the schema of that name, those of the patterns, the one for the rest.
Machine::Outcome Machine::member(Frame& frame, const ObjectRules& rules) {
    const std::string_view name = value(frame.at).text();
    Outcome outcome = Outcome::passed;
    if (frame.step == 0) {
        outcome = rules.names == absent ? Outcome::passed : child(frame, rules.names, frame.at);
        if (outcome != Outcome::passed) {
            return outcome;
        }
        ++frame.step;
    }
    if (frame.step == 1) {
        const bool named = !rules.properties.entries().empty();
        const bool affordable = _budget->spend(named ? priceOfMember + name.size() : priceOfMember);
        const PropertyTable::Entry* entry = named && affordable ? rules.properties.find(name) : nullptr;
        if (entry != nullptr && entry->schema != absent) {
            outcome = child(frame, entry->schema, frame.at + 1);
            if (outcome != Outcome::passed) {
                return outcome;
            }
            frame.matched = true;
        }
        ++frame.step;
    }
    if (outcome = matchingPatterns(frame, rules); outcome != Outcome::passed) {
        return outcome;
    }
    if (!frame.matched && rules.additional != absent) {
        if (outcome = child(frame, rules.additional, frame.at + 1); outcome != Outcome::passed) {
            return outcome;
        }
        frame.matched = true;
    }
    if (frame.matched && collecting(frame)) {
        mark(frame);
    }
    return Outcome::passed;
}

Machine::Outcome Machine::matchingPatterns(Frame& frame, const ObjectRules& rules) {
    const std::string_view name = value(frame.at).text();
    for (; frame.step - 2 < rules.patterns.size(); ++frame.step) {
        const auto& [pattern, schema] = rules.patterns[frame.step - 2];
        if (_returned || pattern->foundIn(name, *_budget)) {
            const Outcome outcome = child(frame, schema, frame.at + 1);
            if (outcome != Outcome::passed) {
                return outcome;
            }
            frame.matched = true;
        }
    }
    return Outcome::passed;
}

Machine::Outcome Machine::items(Frame& frame) {
    const Value array = value(frame.value);
    const auto& rules = node(frame).array;
    if (!rules || !array.isArray() || (rules->prefix.empty() && rules->rest == absent)) {
        return Outcome::passed;
    }
    frame.at = frame.at == 0 ? array.begin() : frame.at;
    for (; frame.at != array.end(); frame.at = value(frame.at).next(), ++frame.position) {
        const NodeId schema = frame.position < rules->prefix.size() ? rules->prefix[frame.position] : rules->rest;
        if (schema == absent) {
            break;
        }
        if (const Outcome outcome = child(frame, schema, frame.at); outcome != Outcome::passed) {
            return outcome;
        }
        if (collecting(frame)) {
            mark(frame);
        }
    }
    return Outcome::passed;
}

Machine::Outcome Machine::contains(Frame& frame) {
    const Value array = value(frame.value);
    const auto& rules = node(frame).array;
    if (!rules || !array.isArray() || rules->contains == absent) {
        return Outcome::passed;
    }
    const bool enough = rules->matches.most == unbounded && !collecting(frame);
    frame.at = frame.at == 0 ? array.begin() : frame.at;
    for (; frame.at != array.end() && !(enough && frame.count >= rules->matches.least);
         frame.at = value(frame.at).next(), ++frame.position) {
        const Outcome outcome = child(frame, rules->contains, frame.at);
        if (outcome == Outcome::waiting) {
            return outcome;
        }
        frame.count += outcome == Outcome::passed ? 1 : 0;
        if (outcome == Outcome::passed && collecting(frame)) {
            mark(frame);
        }
    }
    return frame.count >= rules->matches.least && frame.count <= rules->matches.most ? Outcome::passed
                                                                                     : Outcome::failed;
}

/// Each member or item that nothing has evaluated.
Machine::Outcome Machine::unevaluated(Frame& frame) {
    const Value container = value(frame.value);
    const NodeId schema = unevaluatedOf(node(frame), container);
    if (schema == absent) {
        return Outcome::passed;
    }
    const std::uint32_t toValue = container.isObject() ? 1 : 0;
    frame.at = frame.at == 0 ? container.begin() : frame.at;
    for (; frame.at != container.end(); frame.at = value(frame.at + toValue).next(), ++frame.position) {
        if (!marked(frame)) {
            const Outcome outcome = child(frame, schema, frame.at + toValue);
            if (outcome != Outcome::passed) {
                return outcome;
            }
            mark(frame);
        }
    }
    return Outcome::passed;
}

}  // namespace aip::schema
