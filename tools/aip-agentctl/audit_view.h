#pragma once

#include "audit/verify.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace aip::agentctl {

/// A record of the audit for people, a line. `chain`: what tells its number from those of other files; may be empty.
/// Pure.
std::string recordView(std::string_view record, const std::string& chain = {});

/// What was found of a chain, for people and as JSON.
/// A file beside that of the agent, a chain of its own.
struct VerifiedFile {
    std::string file;
    audit::Verified verified;
};
inline bool isBroken(const VerifiedFile& each) {
    return each.verified.fault.has_value();
}

/// What the running agent says of its account.
struct Account {
    std::string file;
    std::int64_t waiting = 0;  ///< records that are not in the file yet, so nobody verifies them
    std::string fault;         ///< why it cannot be written now; empty: it can
};

std::string verifiedView(const audit::Verified& verified, const std::vector<VerifiedFile>& beside = {},
                         const std::optional<Account>& account = {});
/// The files beside it are the member "beside", which is missing if there are none; "waiting" and "fault" are missing
/// without an account.
std::string verifiedJson(const audit::Verified& verified, const std::vector<VerifiedFile>& beside = {},
                         const std::optional<Account>& account = {});

/// Above records of another file than before, a line.
std::string headingView(std::string_view file);

}  // namespace aip::agentctl
