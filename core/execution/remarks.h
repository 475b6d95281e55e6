#pragma once

#include "execution/router.h"

#include <compare>
#include <string>
#include <vector>

namespace aip::execution {

/// Something that a profile asks for in vain, or that no profile offers.
struct Remark {
    std::string profile;   ///< its name; empty: it is about none
    std::string toolType;  ///< whose namespaces it is about
    std::string text;      ///< what is wrong, and what to do

    auto operator<=>(const Remark&) const = default;
};

/// In the order of the profiles: namespaces in which no plugin has a tool, tools that are hidden by others; then the
/// dynamic tools that are left out, and the plugins of which no profile offers anything. Tools may come yet in a
/// namespace of `toCome`, unless it has some. Without `byKey` nobody is offered tools by type and name: no namesake
/// hides another.
std::vector<Remark> remarksOn(const Router& router, const std::vector<std::string>& toCome = {}, bool byKey = true);

}  // namespace aip::execution
