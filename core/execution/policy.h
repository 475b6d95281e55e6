#pragma once

#include "execution/tool_table.h"

#include <optional>
#include <string>
#include <string_view>

namespace aip::execution {

/// The operator's rules for every call, applied between router and plugin. The server cannot change them.
class Policy {
  public:
    virtual ~Policy() = default;

    /// Why this call is refused; empty if it is allowed. Any thread; must not block.
    virtual std::optional<std::string> refusal(const Tool& tool, std::string_view parameters) const = 0;
};

/// Only the profiles and the plugins' own rules decide.
class AllowAll final : public Policy {
  public:
    std::optional<std::string> refusal(const Tool& /*tool*/, std::string_view /*parameters*/) const override {
        return std::nullopt;
    }
};

}  // namespace aip::execution
