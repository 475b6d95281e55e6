#include "schema/compile_context.h"

#include "base/json_text.h"

#include <utility>

namespace aip::schema {
namespace {

using base::Code;
using base::Error;

constexpr std::size_t shownPatternBytes = 200;
constexpr std::size_t mostShown = 10;

}  // namespace

CompileContext::CompileContext(Program& program, DocumentMap& document, Allowance& allowance, bool leavesPatterns)
    : _program(program),
      _document(document),
      _allowance(allowance),
      _leavesPatterns(leavesPatterns),
      _nodeOf(program.tape.size(), absent) {}

NodeId CompileContext::nodeAt(Place place) {
    const Value schema(_program.tape, place);
    if (schema.isBoolean()) {
        return schema.isTrue() ? anything : nothing;
    }
    if (_nodeOf[place] == absent) {
        _nodeOf[place] = static_cast<NodeId>(_program.nodes.size());
        _program.nodes.emplace_back().resource = _document.resourceOf(place);
        _open.push_back(place);
    }
    return _nodeOf[place];
}

Place CompileContext::nextToBuild() {
    if (_open.empty() || _error) {
        return 0;
    }
    const Place next = _open.back();
    _open.pop_back();
    return next;
}

NodeId CompileContext::referenced(std::string_view reference, Place from) {
    const auto target = _document.resolve(reference, from);
    if (!target) {
        fail(target.error());
        return absent;
    }
    const NodeId node = nodeAt(*target);
    _program.nodes[node].remembered = true;
    return node;
}

std::optional<AnchorId> CompileContext::dynamicAnchor(std::string_view reference, Place from) const {
    const auto* anchor = _document.dynamicAnchor(reference, from);
    const bool several = anchor != nullptr && anchor->number < _program.dynamicAnchors.size() &&
                         !_program.dynamicAnchors[anchor->number].empty();
    return several ? std::optional(anchor->number) : std::nullopt;
}

/// A pattern, or leaves it unchecked.
void CompileContext::refuse(Error why) {
    if (!_leavesPatterns || why.code() != Code::unsupported) {
        fail(std::move(why));
    } else if (_program.unchecked.size() < mostShown) {
        _program.unchecked.push_back(why.text());
    }
}

const Pattern* CompileContext::pattern(std::string_view text) {
    if (const auto known = _patterns.find(text); known != _patterns.end()) {
        return known->second;
    }
    if (_error) {
        return nullptr;  // the rest would cost as much
    }
    if (_allowance.patterns == 0) {
        fail(Error(Code::exhausted, "too many patterns"));
        return nullptr;
    }
    --_allowance.patterns;
    const std::size_t before = _allowance.patternMemory;
    auto compiled = Pattern::compile(text, _allowance);
    if (!compiled) {
        refuse(std::move(compiled).error().within("the pattern " +
                                                  base::excerpt(base::jsonString(text), shownPatternBytes)));
        return _patterns.emplace(text, nullptr).first->second;
    }
    if (auto held = _program.hold(before - _allowance.patternMemory); !held) {
        fail(std::move(held).error());
        return nullptr;
    }
    _program.patterns.push_back(*std::move(compiled));
    return _patterns.emplace(text, &_program.patterns.back()).first->second;
}

void CompileContext::fail(Error error) {
    if (!_error) {
        _error.emplace(std::move(error));
    }
}

}  // namespace aip::schema
