#pragma once

namespace aip::bench {

/// audit/records: both records of a call, from what the call leaves to lines of the chain.
void addAuditRecords();

}  // namespace aip::bench
