#include "schema/document_map.h"

#include "base/json_text.h"
#include "schema/uri.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace aip::schema {
namespace {

using base::Code;
using base::Error;
using base::Result;

constexpr ResourceId noResource = ~ResourceId(0);
constexpr std::size_t mostWarnings = 100;
/// Of "$id"s, resolved, and anchors: they are copied and compared for each reference.
constexpr std::size_t longestUri = 2048;
constexpr std::size_t longestShown = 200;

std::string_view textMember(const Value& schema, std::string_view name) {
    const Place found = schema.isObject() ? schema.member(name) : 0;
    return found != 0 && schema.at(found).isString() ? schema.at(found).text() : std::string_view();
}

/// One step of a JSON Pointer, RFC 6901; none if it has a bad escape.
std::optional<std::string> takeStep(std::string_view& pointer) {
    const std::size_t end = std::min(pointer.find('/', 1), pointer.size());
    std::string step;
    for (std::size_t i = 1; i < end; ++i) {
        const std::string_view escape = pointer[i] == '~' ? pointer.substr(i, std::min<std::size_t>(2, end - i)) : "";
        if (!escape.empty() && escape != "~0" && escape != "~1") {
            return std::nullopt;
        }
        step += escape.empty() ? pointer[i] : escape == "~0" ? '~' : '/';
        i += escape.empty() ? 0 : 1;
    }
    pointer.remove_prefix(end);
    return step;
}

bool isAnchorName(std::string_view fragment) {
    return !fragment.empty() && !fragment.starts_with('/');
}

}  // namespace

Result<Dialect> dialectOf(const Value& schema, Dialect fallback) {
    const std::string_view named = textMember(schema, "$schema");
    if (named.empty()) {
        return fallback;
    }
    if (named == "http://json-schema.org/draft-07/schema#" || named == "http://json-schema.org/draft-07/schema") {
        return Dialect::draft7;
    }
    if (named == "https://json-schema.org/draft/2020-12/schema" ||
        named == "https://json-schema.org/draft/2020-12/schema#") {
        return Dialect::draft2020;
    }
    return Error(Code::unsupported,
                 "the dialect '" + base::excerpt(named, longestShown) + "' is not supported: use draft 7 or 2020-12");
}

DocumentMap::DocumentMap(const Tape& tape, Dialect dialect, std::size_t& nodes)
    : _tape(tape), _dialect(dialect), _nodes(nodes), _resourceOf(tape.size(), noResource) {}

Result<void> DocumentMap::read() {
    _resources.push_back({"", Tape::root, {}});
    _byUri.emplace("", 0);
    return visit(Tape::root, 0);
}

bool DocumentMap::isSchema(Place place) const {
    return _resourceOf[place] != noResource;
}

Error DocumentMap::wrong(std::string text) const {
    std::string pointer;
    for (const std::string_view step : _path) {
        pointer.append("/").append(step);
    }
    const std::string place = pointer.empty() ? "" : "'" + base::excerpt(pointer, longestShown) + "': ";
    return {Code::invalid, place + std::move(text)};
}

/// In draft 7 "$ref" hides what stands beside it.
bool DocumentMap::hidesSiblings(const Value& schema) const {
    return _dialect == Dialect::draft7 && schema.member("$ref") != 0;
}

Result<void> DocumentMap::visit(Place place, ResourceId resource) {
    const Value schema(_tape, place);
    if (_resourceOf[place] != noResource) {
        return {};
    }
    if (!schema.isObject() && !schema.isBoolean()) {
        return wrong("expected a schema: an object, true or false");
    }
    if (_nodes-- == 0) {
        _nodes = 0;
        return Error(Code::exhausted, "too many schemas within schemas");
    }
    _resourceOf[place] = resource;
    if (schema.isBoolean()) {
        return {};
    }
    auto own = identify(schema, resource);
    if (!own) {
        return std::move(own).error();
    }
    _resourceOf[place] = *own;
    const bool hides = hidesSiblings(schema);
    for (Place key = schema.begin(); key != schema.end(); key = schema.at(key + 1).next()) {
        if (auto visited = visitKeyword(schema.at(key), place, hides); !visited) {
            return visited;
        }
    }
    return {};
}

Result<void> DocumentMap::visitKeyword(const Value& key, Place schema, bool hides) {
    const KeywordRow* row = findKeyword(key.text(), _dialect);
    _path.push_back(key.text());
    if (row == nullptr) {
        if (_warnings.size() < mostWarnings && !key.text().starts_with("x-")) {
            _warnings.push_back(wrong(unknownKeyword(key.text(), _dialect)).text());
        }
        _path.pop_back();
        return {};
    }
    const bool hidden = hides && row->keyword != Keyword::ref && row->keyword != Keyword::definitions;
    const Value value = key.at(key.place() + 1);
    Result<void> outcome;
    if (const auto problem = hidden ? "" : formProblem(row->form, value, _dialect); !problem.empty()) {
        return wrong(problem);
    }
    if (!hidden) {
        forEachSchema(row->form, value, [&](const Value& inner) {
            if (!outcome) {
                return;
            }
            const bool named = inner.place() != value.place() && !value.isArray();
            if (named) {
                _path.push_back(inner.at(inner.place() - 1).text());
            }
            outcome = visit(inner.place(), _resourceOf[schema]);
            if (named) {
                _path.pop_back();
            }
        });
    }
    _path.pop_back();
    return outcome;
}

/// The resource that `schema` belongs to: a new one if it has an "$id".
Result<ResourceId> DocumentMap::identify(const Value& schema, ResourceId resource) {
    if (const auto dialect = dialectOf(schema, _dialect); !dialect || *dialect != _dialect) {
        const bool root = schema.place() == Tape::root;
        if (!root || !dialect) {
            return dialect ? wrong("another dialect than that of the document") : dialect.error();
        }
    }
    const std::string_view id = hidesSiblings(schema) ? std::string_view() : textMember(schema, "$id");
    const UriReference uri = id.empty() ? UriReference() : resolveUri(_resources[resource].uri, id);
    if (uri.document.size() > longestUri) {
        return wrong("'$id' is too long");
    }
    if (_dialect != Dialect::draft7 && !uri.fragment.empty()) {
        return wrong("'$id' must not have a fragment");
    }
    if (!id.empty() && !id.starts_with('#')) {
        auto added = addResource(uri.document, schema.place());
        if (!added) {
            return added;
        }
        resource = *added;
    }
    if (_dialect == Dialect::draft7 && isAnchorName(uri.fragment)) {
        if (auto added = addAnchor(uri.fragment, schema.place(), resource, false); !added) {
            return std::move(added).error();
        }
    }
    if (auto added = addAnchors(schema, resource); !added) {
        return std::move(added).error();
    }
    return resource;
}

Result<ResourceId> DocumentMap::addResource(std::string uri, Place root) {
    if (root == Tape::root) {
        _resources.front().uri = uri;
        _byUri.insert_or_assign(std::move(uri), 0);
        return ResourceId(0);
    }
    const auto id = static_cast<ResourceId>(_resources.size());
    if (!_byUri.emplace(uri, id).second) {
        return wrong("the '$id' '" + base::excerpt(uri, longestShown) + "' stands twice");
    }
    _resources.push_back({std::move(uri), root, {}});
    return id;
}

Result<void> DocumentMap::addAnchors(const Value& schema, ResourceId resource) {
    if (_dialect == Dialect::draft7) {
        return {};
    }
    for (const bool dynamic : {false, true}) {
        const std::string_view name = textMember(schema, dynamic ? "$dynamicAnchor" : "$anchor");
        if (!name.empty()) {
            if (dynamic) {
                const auto number = static_cast<AnchorId>(_dynamicAnchors.size());
                const auto at = _dynamicAnchors.try_emplace(name, DynamicAnchor{number, {}}).first;
                at->second.places.emplace(resource, schema.place());
            }
            if (auto added = addAnchor(std::string(name), schema.place(), resource, dynamic); !added) {
                return added;
            }
        }
    }
    return {};
}

Result<void> DocumentMap::addAnchor(std::string name, Place schema, ResourceId resource, bool dynamic) {
    if (name.size() > longestUri) {
        return wrong("an anchor is too long");
    }
    const auto [at, added] = _resources[resource].anchors.try_emplace(std::move(name), Anchor{schema, dynamic});
    if (!added && at->second.place != schema) {
        return wrong("the anchor '" + base::excerpt(at->first, longestShown) + "' stands twice");
    }
    at->second.dynamic |= dynamic;
    return {};
}

/// 0 if it leads nowhere. `resource` becomes that of the last schema on the way.
Place DocumentMap::followPointer(std::string_view pointer, ResourceId& resource) {
    Place place = _resources[resource].root;
    while (place != 0 && !pointer.empty()) {
        const auto step = takeStep(pointer);
        place = step ? _steps.find(Value(_tape, place), *step) : 0;
        if (place != 0 && _resourceOf[place] != noResource) {
            resource = _resourceOf[place];
        }
    }
    return place;
}

Result<Place> DocumentMap::resolve(std::string_view reference, Place from) {
    const UriReference uri = resolveUri(_resources[_resourceOf[from]].uri, reference);
    const auto found = _byUri.find(uri.document);
    const std::string shown = "'$ref' '" + base::excerpt(reference, longestShown) + "' ";
    if (found == _byUri.end()) {
        return Error(Code::unsupported, shown + "leads to another document");
    }
    ResourceId resource = found->second;
    const std::string fragment = percentDecoded(uri.fragment);
    if (isAnchorName(fragment)) {
        const auto anchor = _resources[resource].anchors.find(fragment);
        if (anchor != _resources[resource].anchors.end()) {
            return anchor->second.place;
        }
        return Error(Code::invalid, shown + "leads nowhere in this document");
    }
    const Place place = followPointer(fragment, resource);
    if (place == 0) {
        return Error(Code::invalid, shown + "leads nowhere in this document");
    }
    if (auto visited = visit(place, resource); !visited) {
        return std::move(visited).error().within(shown + "leads to what is not a schema");
    }
    return place;
}

const DocumentMap::DynamicAnchor* DocumentMap::dynamicAnchor(std::string_view reference, Place from) const {
    const UriReference uri = resolveUri(_resources[_resourceOf[from]].uri, reference);
    const auto found = _byUri.find(uri.document);
    if (found == _byUri.end()) {
        return nullptr;
    }
    const auto& anchors = _resources[found->second].anchors;
    const auto anchor = anchors.find(percentDecoded(uri.fragment));
    const bool dynamic = anchor != anchors.end() && anchor->second.dynamic;
    return dynamic ? &_dynamicAnchors.find(anchor->first)->second : nullptr;
}

}  // namespace aip::schema
