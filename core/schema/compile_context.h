#pragma once

#include "base/error.h"
#include "schema/allowance.h"
#include "schema/document_map.h"
#include "schema/program.h"

#include <optional>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace aip::schema {

/// What the schemas of a document share while they are compiled: their nodes, the patterns, the first error.
class CompileContext {
  public:
    CompileContext(Program& program, DocumentMap& document, Allowance& allowance, bool leavesPatterns);

    /// The node of the schema at `place`. It is empty until it is built.
    NodeId nodeAt(Place place);

    /// The next schema that has a node but is not built; 0 if there is none.
    Place nextToBuild();

    /// Where `reference`, in the schema at `from`, leads; `absent` after an error.
    NodeId referenced(std::string_view reference, Place from);

    /// The dynamic anchor that `reference` leads to, if it stands in several resources: otherwise this is an ordinary
    /// reference.
    std::optional<AnchorId> dynamicAnchor(std::string_view reference, Place from) const;

    /// Null after an error, and for a pattern that is left unchecked.
    const Pattern* pattern(std::string_view text);

    void fail(base::Error error);
    const std::optional<base::Error>& error() const { return _error; }

    Dialect dialect() const { return _document.dialect(); }
    Program& program() { return _program; }

  private:
    void refuse(base::Error why);

    Program& _program;
    DocumentMap& _document;
    Allowance& _allowance;
    const bool _leavesPatterns;
    std::vector<NodeId> _nodeOf;  ///< by the place of a schema
    std::vector<Place> _open;
    std::unordered_map<std::string_view, const Pattern*> _patterns;
    std::optional<base::Error> _error;
};

}  // namespace aip::schema
