#pragma once

#include "base/error.h"
#include "base/json_schema.h"
#include "plugins/slot.h"

#include <chrono>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

namespace aip::execution {

/// One tool that this device has, and the slot that runs it.
struct Tool {
    plugins::ToolManifest manifest;
    base::JsonSchema schema;
    std::shared_ptr<plugins::Slot> slot;
    std::string listing;  ///< as list_tools shows it: one JSON object
};

/// All tools of all admitted plugins, by capability. Immutable: a changed set of plugins is a new table.
class ToolTable {
  public:
    /// Fails if a schema does not compile, which the admission gate has excluded.
    static base::Result<ToolTable> build(const std::vector<std::shared_ptr<plugins::Slot>>& slots);

    const Tool* find(std::string_view type, std::string_view nameSpace, std::string_view name) const;

    /// The tools of a namespace in the order of their manifest.
    std::vector<const Tool*> in(std::string_view type, std::string_view nameSpace) const;

    /// "action::execute_command", ... sorted, each once.
    std::vector<std::string> capabilities() const;

  private:
    std::vector<std::unique_ptr<const Tool>> _tools;
};

}  // namespace aip::execution
