#include "schema/compiler.h"

#include "schema/compile_context.h"
#include "schema/document_map.h"
#include "schema/node_builder.h"
#include "schema/program.h"

#include <algorithm>
#include <iterator>
#include <utility>
#include <vector>

namespace aip::schema {
namespace {

using base::Code;
using base::Error;
using base::Result;

void addAnchor(Program& program, CompileContext& context, const DocumentMap::DynamicAnchor& anchor) {
    program.dynamicAnchors.resize(std::max<std::size_t>(program.dynamicAnchors.size(), anchor.number + 1));
    for (const auto& [resource, place] : anchor.places) {
        program.dynamicAnchors[anchor.number].emplace(resource, context.nodeAt(place));
    }
}

Result<void> buildNodes(Program& program, CompileContext& context, const DocumentMap& document) {
    program.root = context.nodeAt(Tape::root);
    for (const auto& [name, anchor] : document.dynamicAnchors()) {
        if (anchor.places.size() > 1) {
            addAnchor(program, context, anchor);
        }
    }
    for (Place next = context.nextToBuild(); next != 0; next = context.nextToBuild()) {
        const NodeId id = context.nodeAt(next);
        Node node = buildNode(Value(program.tape, next), context);
        node.resource = program.nodes[id].resource;
        node.remembered = program.nodes[id].remembered;
        program.nodes[id] = std::move(node);
    }
    return context.error() ? Result<void>(*context.error()) : Result<void>();
}

/// Every schema is compiled, also those that nothing refers to: a mistake in one is found now.
void addUnused(const Program& program, CompileContext& context, const DocumentMap& document) {
    for (Place place = Tape::root; place < program.tape.size(); ++place) {
        if (document.isSchema(place)) {
            context.nodeAt(place);
        }
    }
}

/// A schema that is only a reference is passed over. Not where the way through the resources matters. There are no
/// circles.
void followAliases(Program& program) {
    const auto isAlias = [&program](NodeId id) { return id != absent && program.nodes[id].alias; };
    const auto next = [&program](NodeId id) -> NodeId& {
        return program.nodes[id].operations.front().branches.front();
    };
    const auto target = [&](NodeId& id) {
        NodeId end = id;
        while (isAlias(end)) {
            end = next(end);
        }
        while (isAlias(id)) {  // whoever comes this way again is there at once
            id = std::exchange(next(id), end);
        }
    };
    target(program.root);
    for (Node& node : program.nodes) {
        if (!node.alias) {
            forEachBranch(node, target);
        }
    }
}

/// Depth first over the nodes that apply to the same value: one that is met while it is open goes in a circle.
class CircleSearch {
  public:
    explicit CircleSearch(Program& program) : _program(program), _states(program.nodes.size(), State::unseen) {}

    bool found() {
        for (NodeId id = 0; id < _program.nodes.size(); ++id) {
            if (_states[id] == State::unseen && foundFrom(id)) {
                return true;
            }
        }
        return false;
    }

  private:
    enum class State : std::uint8_t { unseen, open, done };

    bool foundFrom(NodeId start) {
        _stack = {start};
        bool circle = false;
        while (!_stack.empty() && !circle) {
            const NodeId id = _stack.back();
            if (_states[id] != State::unseen) {
                _states[id] = State::done;
                _stack.pop_back();
                continue;
            }
            _states[id] = State::open;
            for (const Operation& operation : _program.nodes[id].operations) {
                circle = circle || push(operation);
            }
        }
        return circle;
    }

    /// Which node a dynamic reference leads to is known only when it is followed.
    bool push(const Operation& operation) {
        if (operation.kind == Operation::Kind::dynamic) {
            return false;
        }
        for (const NodeId branch : operation.branches) {
            if (branch == absent) {
                continue;
            }
            if (_states[branch] == State::open) {
                return true;
            }
            if (_states[branch] == State::unseen) {
                _stack.push_back(branch);
            }
        }
        return false;
    }

    Program& _program;
    std::vector<State> _states;
    std::vector<NodeId> _stack;
};

}  // namespace

Result<void> compileProgram(Program& program, Allowance& allowance, Options options) {
    const auto dialect = dialectOf(Value(program.tape, Tape::root), options.fallback);
    if (!dialect) {
        return dialect.error();
    }
    DocumentMap document(program.tape, *dialect, allowance.nodes);
    if (auto read = document.read(); !read) {
        return read;
    }
    program.nodes.resize(2);
    program.nodes[nothing].types = 0;
    CompileContext context(program, document, allowance, options.leavesPatterns);
    addUnused(program, context, document);
    if (auto built = buildNodes(program, context, document); !built) {
        return built;
    }
    if (CircleSearch(program).found()) {
        return Error(Code::invalid, "a '$ref' goes round in a circle");
    }
    if (program.dynamicAnchors.empty()) {
        followAliases(program);
    }
    if (program.needsEveryPattern && !program.unchecked.empty()) {
        program.root = anything;
    }
    std::ranges::move(document.warnings(), std::back_inserter(program.warnings));
    return {};
}

}  // namespace aip::schema
