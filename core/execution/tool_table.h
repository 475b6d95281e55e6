#pragma once

#include "audit/trail.h"
#include "base/error.h"
#include "execution/call_meter.h"
#include "plugins/slot.h"
#include "schema/schema.h"

#include <chrono>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

namespace aip::execution {

/// One tool of this device and the slot that runs it.
struct Tool {
    admission::ToolManifest manifest;
    aip::schema::Schema schema;
    std::shared_ptr<plugins::Slot> slot;
    std::string listing;  ///< as list_tools shows it: one JSON object
    std::shared_ptr<const audit::ToolFacts> facts;
    std::shared_ptr<CallMeter> meter;
};

/// All tools of all admitted plugins, by capability. Immutable: every change builds a new table.
class ToolTable {
  public:
    using Slots = std::vector<std::shared_ptr<plugins::Slot>>;

    /// The tools of the manifests, then the dynamic tools of the plugins, both in the order of `slots`. A dynamic tool
    /// with the capability of an earlier tool is left out, and so is one with a schema that cannot be compiled. Tools
    /// of `previous` with the same slot are reused.
    static ToolTable build(const Slots& slots, const ToolTable* previous = nullptr, CallMeters& meters = noMeters());

    /// A line for each tool that is left out.
    const std::vector<std::string>& leftOut() const { return _leftOut; }

    /// Null if there is none. The result stays valid and holds its slot, also after the table is destroyed.
    std::shared_ptr<const Tool> find(std::string_view type, std::string_view nameSpace, std::string_view name) const;

    /// In the order of build().
    const std::vector<std::shared_ptr<const Tool>>& all() const { return _tools; }

    /// The namespaces of a type in the order of admission, each once.
    std::vector<std::string> namespaces(std::string_view type) const;

  private:
    /// What a table is built from.
    struct Sources {
        const ToolTable* previous;
        CallMeters& meters;
    };
    using Key = std::tuple<std::string_view, std::string_view, std::string_view>;

    void add(const std::shared_ptr<plugins::Slot>& slot, const admission::ToolManifest& tool, const Sources& sources);
    void addDynamic(const std::shared_ptr<plugins::Slot>& slot, const Sources& sources);

    std::vector<std::shared_ptr<const Tool>> _tools;
    std::vector<std::string> _leftOut;
    std::map<Key, std::shared_ptr<const Tool>> _byKey;  ///< the keys are views into the tools
};

}  // namespace aip::execution
