#pragma once

#include "base/byte_budget.h"
#include "base/error.h"
#include "control/request.h"
#include "execution/dispatcher.h"

#include <cstddef>
#include <functional>
#include <memory>

namespace aip::control {

/// Of the results of calls.
struct ResultLimits {
    std::size_t longest;  ///< bytes of one
    /// Of all together, from their calls' ends until their answers count elsewhere, beyond the first 64 KiB of each.
    std::shared_ptr<base::ByteBudget> all;
};

/// Calls a tool of any namespace for an operator, and waits for its end. The body has the parameters. `type` may be
/// left out, as in a COMMAND. Meets the same router, lock, limits and checks as the calls of all other doors. `gone` is
/// asked a few times a second: if nobody waits any more, the call is cancelled.
Reply callTool(execution::Dispatcher& dispatcher, Request request, const ResultLimits& limits,
               const std::function<bool()>& gone);

/// The answer to such a call that is not carried out, with its records in the audit.
Reply refuseCall(execution::Dispatcher& dispatcher, Request request, const base::Error& why);

}  // namespace aip::control
