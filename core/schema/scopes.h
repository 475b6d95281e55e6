#pragma once

#include "schema/program.h"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace aip::schema {

/// The way through the resources of a document that led to a schema: dynamic references are looked up on it. Ways that
/// mean the same for all of them are one.
using Scope = std::uint32_t;

class Scopes {
  public:
    static constexpr Scope none = 0;

    void clear() { _steps.resize(1); }
    std::size_t size() const { return _steps.size(); }

    /// `scope` with `resource` at its end, unless it is on it already.
    Scope entered(Scope scope, ResourceId resource);

    /// Calls `visit` with each resource on the way, the outermost last.
    template <typename Visit>
    void fromInnermost(Scope scope, Visit visit) const {
        for (; scope != none; scope = _steps[scope].before) {
            visit(_steps[scope].resource);
        }
    }

  private:
    struct Step {
        Scope before;
        ResourceId resource;
    };
    std::vector<Step> _steps{Step{none, 0}};
};

}  // namespace aip::schema
