#pragma once

#include "execution/tool_table.h"

#include <optional>
#include <string>
#include <string_view>

namespace aip::execution {

/// The operator's last word on every call, between the router and the plugin: the server cannot change it.
class Policy {
  public:
    virtual ~Policy() = default;

    /// Why this call must not happen; nothing if it may. Any thread; must not block.
    virtual std::optional<std::string> refusal(const Tool& tool, std::string_view parameters) const = 0;
};

/// The profiles and the plugins' own rules decide alone.
class AllowAll final : public Policy {
  public:
    std::optional<std::string> refusal(const Tool& /*tool*/, std::string_view /*parameters*/) const override {
        return std::nullopt;
    }
};

}  // namespace aip::execution
