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

    /// The last resource of a way that is not `none`, and the way without it.
    ResourceId resourceOf(Scope scope) const { return _steps[scope].resource; }
    Scope outside(Scope scope) const { return _steps[scope].before; }

  private:
    struct Step {
        Scope before;
        ResourceId resource;
    };
    std::vector<Step> _steps{Step{none, 0}};
};

}  // namespace aip::schema
