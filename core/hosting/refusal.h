#pragma once

#include "base/error.h"

#include <chrono>
#include <string>

namespace aip::hosting {

/// Why a plugin is not admitted: a fixed reason code for programs, and a text for people that says what to do. The code
/// is empty if the plugin has failed after it was started.
struct Refusal {
    std::string code;
    std::string text;

    std::string line() const { return code.empty() ? text : code + ": " + text; }
};

/// Passed, or why not.
using Check = base::Result<void, Refusal>;

/// The reason codes in the order of the checks. First those that load no code...
namespace reason {
inline constexpr const char* manifestMissing = "manifest-missing";
inline constexpr const char* permissions = "permissions";  ///< of folder and manifest; those of the library come later
inline constexpr const char* manifestInvalid = "manifest-invalid";
inline constexpr const char* idMismatch = "id-mismatch";
inline constexpr const char* idDuplicate = "id-duplicate";
inline constexpr const char* notAllowed = "not-allowed";
inline constexpr const char* platformMismatch = "platform-mismatch";
inline constexpr const char* abiMajor = "abi-major";
inline constexpr const char* abiMinor = "abi-minor";
inline constexpr const char* capabilityCollision = "capability-collision";
inline constexpr const char* notPinned = "not-pinned";
inline constexpr const char* pinMismatch = "pin-mismatch";
inline constexpr const char* signatureMissing = "signature-missing";
inline constexpr const char* signatureInvalid = "signature-invalid";
inline constexpr const char* programOutside = "program-outside";  ///< of the plugin's folder: nobody vouches for it
inline constexpr const char* fileUnlisted = "file-unlisted";
inline constexpr const char* hashMismatch = "hash-mismatch";
inline constexpr const char* entryMissing = "entry-missing";
inline constexpr const char* settingsInvalid = "settings-invalid";
inline constexpr const char* isolationUnsuitable = "isolation-unsuitable";  ///< a program cannot run in the agent
inline constexpr const char* toolsNeedProcess =
    "tools-need-process";  ///< those at run time end with a process per call
// ... then those of loading, starting and stopping the plugin.
inline constexpr const char* isolationLacking = "isolation-lacking";
inline constexpr const char* loadFailed = "load-failed";
inline constexpr const char* entryInvalid = "entry-invalid";
inline constexpr const char* createFailed = "create-failed";
inline constexpr const char* extensionMissing = "extension-missing";
inline constexpr const char* toolMissing = "tool-missing";
inline constexpr const char* startFailed = "start-failed";
inline constexpr const char* startTimeout = "start-timeout";
inline constexpr const char* startCrashed = "start-crashed";
inline constexpr const char* stopFailed = "stop-failed";
// The system is short of descriptors, memory, processes or threads: it is tried again.
inline constexpr const char* shortage = "shortage";
}  // namespace reason

/// It did not start within its limit.
inline Refusal startTimedOut(std::chrono::milliseconds limit) {
    return {reason::startTimeout, "did not start within " + std::to_string(limit.count()) + " ms"};
}

}  // namespace aip::hosting
