#pragma once

#include "audit/verify.h"

#include <string>
#include <string_view>

namespace aip::agentctl {

/// A record of the audit for people, a line. Pure.
std::string recordView(std::string_view record);

/// What was found of a chain, for people and as JSON.
std::string verifiedView(const audit::Verified& verified);
std::string verifiedJson(const audit::Verified& verified);

}  // namespace aip::agentctl
