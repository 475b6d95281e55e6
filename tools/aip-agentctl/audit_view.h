#pragma once

#include "audit/verify.h"

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

std::string verifiedView(const audit::Verified& verified, const std::vector<VerifiedFile>& beside = {});
/// The files beside it are the member "beside", which is missing if there are none.
std::string verifiedJson(const audit::Verified& verified, const std::vector<VerifiedFile>& beside = {});

/// Above records of another file than before, a line.
std::string headingView(std::string_view file);

}  // namespace aip::agentctl
