#pragma once

#include "audit/trail.h"
#include "base/error.h"
#include "execution/caller.h"

/// What the audit has of calls, beside what an Invocation records itself.
namespace aip::execution {

/// A call as far as its caller is concerned; what it calls is to be added. Views: `caller` must outlive it.
audit::Asked askedBy(const Caller& caller);

/// The two records of a call that its door does not pass on. Never blocks; without room or memory the call is counted.
void recordRefusal(audit::Trail& trail, const audit::Asked& asked, const base::Error& why) noexcept;

}  // namespace aip::execution
