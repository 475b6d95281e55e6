#pragma once

#include "plugins/descriptor.h"
#include "plugins/manifest.h"
#include "plugins/signature.h"

#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace aip::plugins {

/// Why a plugin is not admitted: a reason code, fixed and for programs, and a text for people that says what to do.
struct Refusal {
    std::string code;
    std::string text;

    std::string line() const { return code + ": " + text; }
};

/// The reason codes in the order of the checks. The first part is examined without loading any code...
namespace reason {
inline constexpr const char* manifestMissing = "manifest-missing";
inline constexpr const char* manifestInvalid = "manifest-invalid";
inline constexpr const char* idMismatch = "id-mismatch";
inline constexpr const char* idDuplicate = "id-duplicate";
inline constexpr const char* notAllowed = "not-allowed";
inline constexpr const char* platformMismatch = "platform-mismatch";
inline constexpr const char* abiMajor = "abi-major";
inline constexpr const char* abiMinor = "abi-minor";
inline constexpr const char* capabilityCollision = "capability-collision";
inline constexpr const char* permissions = "permissions";
inline constexpr const char* notPinned = "not-pinned";
inline constexpr const char* pinMismatch = "pin-mismatch";
inline constexpr const char* signatureMissing = "signature-missing";
inline constexpr const char* signatureInvalid = "signature-invalid";
inline constexpr const char* hashMismatch = "hash-mismatch";
inline constexpr const char* entryMissing = "entry-missing";
inline constexpr const char* settingsInvalid = "settings-invalid";
// ... the second part when the plugin is loaded and started.
inline constexpr const char* loadFailed = "load-failed";
inline constexpr const char* entryInvalid = "entry-invalid";
inline constexpr const char* createFailed = "create-failed";
inline constexpr const char* extensionMissing = "extension-missing";
inline constexpr const char* toolMissing = "tool-missing";
inline constexpr const char* startFailed = "start-failed";
inline constexpr const char* startTimeout = "start-timeout";
}  // namespace reason

/// "linux-x86_64": what a manifest must name to run here.
std::string_view hostPlatform();

/// What makes a plugin one that the operator wants, beyond that nobody but root and the agent's user could put it
/// there.
enum class Trust {
    owner,     ///< nothing more
    pinned,    ///< the configuration names the hash of its library
    signature  ///< one of the trusted keys has signed its manifest, which names the hash of its library
};

struct GateRules {
    std::vector<std::string> allowed{};  ///< ids; empty allows all
    Trust trust = Trust::owner;
    std::map<std::string, std::string> pins{};  ///< id -> sha256 of its library, lower-case hex; checked where given
    std::vector<PublicKey> keys{};              ///< for Trust::signature: any of them
};

/// What the gate found in one folder.
struct Candidate {
    std::filesystem::path folder;
    std::optional<Manifest> manifest;  ///< as far as it could be read
    Descriptor library;                ///< open: the file that was hashed, to be sealed for its load. Only if admitted
    std::optional<Refusal> refusal;    ///< none: admitted
};

/// Decides plugin by plugin who may come in. What was admitted first keeps its id and its capabilities. One thread.
class Gate {
  public:
    explicit Gate(GateRules rules) : _rules(std::move(rules)) {}

    /// Runs the checks in their order up to the first that fails. Loads no code.
    Candidate examine(const std::filesystem::path& folder);

  private:
    std::optional<Refusal> refuse(Candidate& candidate);
    std::optional<Refusal> identity(const Candidate& candidate) const;
    std::optional<Refusal> collision(const Candidate& candidate) const;
    std::optional<Refusal> pin(const Manifest& manifest) const;
    std::optional<Refusal> signature(const std::filesystem::path& folder, const std::string& manifestText) const;
    void claim(const Candidate& candidate);

    GateRules _rules;
    std::map<std::string, std::filesystem::path> _ids;
    std::map<std::string, std::string> _capabilities;  ///< "namespace/type::name" -> id
};

}  // namespace aip::plugins
