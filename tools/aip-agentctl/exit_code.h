#pragma once

namespace aip::agentctl {

/// What the program ends with; part of its interface. exitCodes in help.cpp says it to people.
enum ExitCode {
    done = 0,
    failed = 1,        ///< the agent refuses or fails, is not well, or the chain of the audit is broken
    usage = 64,        ///< wrong usage
    noInput = 66,      ///< a file cannot be read
    unavailable = 69,  ///< no agent answers
    internal = 70,     ///< a defect
    noOutput = 74,     ///< standard output cannot be written
    timeout = 75,      ///< the agent does not answer in time
    denied = 77,       ///< no permission for the socket or the file
};

}  // namespace aip::agentctl
