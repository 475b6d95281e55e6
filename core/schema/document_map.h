#pragma once

#include "base/error.h"
#include "schema/keywords.h"
#include "schema/program.h"
#include "schema/step_index.h"
#include "schema/value.h"

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace aip::schema {

/// Calls `visit(Value)` with each schema inside the value of a keyword.
template <typename Visit>
void forEachSchema(Form form, const Value& value, Visit visit) {
    const bool map = form == Form::schemaMap || form == Form::dependencies;
    if (form == Form::schema || (form == Form::items && !value.isArray())) {
        visit(value);
    } else if (form == Form::schemas || form == Form::items) {
        for (Place item = value.begin(); item != value.end(); item = value.at(item).next()) {
            visit(value.at(item));
        }
    } else if (map) {
        for (Place key = value.begin(); key != value.end(); key = value.at(key + 1).next()) {
            if (!value.at(key + 1).isArray()) {
                visit(value.at(key + 1));
            }
        }
    }
}

/// Which schemas stand in a document, which keywords in them have the right form, and what references lead to: "$id",
/// "$anchor", JSON Pointers. Errors name the place by a JSON Pointer.
class DocumentMap {
  public:
    /// `nodes` is how many schemas there may still be; what is found is subtracted.
    DocumentMap(const Tape& tape, Dialect dialect, std::size_t& nodes);

    base::Result<void> read();

    /// The schema that `reference` leads to from `from`. Adds it if it stands where none was looked for.
    base::Result<Place> resolve(std::string_view reference, Place from);

    struct DynamicAnchor {
        AnchorId number;
        std::map<ResourceId, Place> places;  ///< where it stands, in which resources
    };
    using DynamicAnchors = std::map<std::string_view, DynamicAnchor>;  ///< by name

    /// The dynamic anchor that `reference` leads to, null if it leads to anything else.
    const DynamicAnchor* dynamicAnchor(std::string_view reference, Place from) const;

    bool isSchema(Place place) const;
    ResourceId resourceOf(Place schema) const { return _resourceOf[schema]; }

    const DynamicAnchors& dynamicAnchors() const { return _dynamicAnchors; }

    Dialect dialect() const { return _dialect; }

    /// A line for each unknown keyword, at most some of them.
    std::vector<std::string>& warnings() { return _warnings; }

  private:
    struct Anchor {
        Place place;
        bool dynamic;
    };
    struct Resource {
        std::string uri;
        Place root;
        std::map<std::string, Anchor, std::less<>> anchors;
    };

    base::Result<void> visit(Place schema, ResourceId resource);
    base::Result<void> visitKeyword(const Value& key, Place schema, bool hides);
    base::Result<ResourceId> identify(const Value& schema, ResourceId resource);
    base::Result<ResourceId> addResource(std::string uri, Place root);
    base::Result<void> addAnchors(const Value& schema, ResourceId resource);
    base::Result<void> addAnchor(std::string name, Place schema, ResourceId resource, bool dynamic);
    bool hidesSiblings(const Value& schema) const;
    Place followPointer(std::string_view pointer, ResourceId& resource);
    base::Error wrong(std::string text) const;

    const Tape& _tape;
    Dialect _dialect;
    std::size_t& _nodes;
    std::vector<Resource> _resources;
    std::map<std::string, ResourceId, std::less<>> _byUri;
    std::vector<ResourceId> _resourceOf;  ///< by the place of a schema
    DynamicAnchors _dynamicAnchors;
    StepIndex _steps;
    std::vector<std::string_view> _path;
    std::vector<std::string> _warnings;
};

/// The dialect that "$schema" names, `fallback` if it is not there; UNSUPPORTED for another one.
base::Result<Dialect> dialectOf(const Value& schema, Dialect fallback);

}  // namespace aip::schema
