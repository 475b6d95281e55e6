#pragma once

#include "admission/manifest.h"
#include "admission/signature.h"
#include "base/descriptor.h"
#include "hosting/refusal.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace aip::admission {

inline constexpr std::size_t largestLibrary = 256UL << 20U;  ///< bytes of a plugin's library

/// "linux-x86_64": what a manifest must name to run here.
std::string_view hostPlatform();

/// What proves that the operator wants a plugin, apart from who may write its files: only root and the agent's user, in
/// any case.
enum class Trust {
    owner,     ///< nothing more
    pinned,    ///< the configuration names the hash of its library, or of the manifest of a program
    signature  ///< one of the trusted keys has signed its manifest, which names the hashes of its files
};

/// A version of the plugins' ABI.
struct AbiVersion {
    std::uint32_t major = 0;
    std::uint32_t minor = 0;
};
/// May the library run in an agent that has this ABI?
hosting::Check checkAbi(const Manifest& manifest, AbiVersion agent);

/// Opens the library of a plugin for reading: a plain file, not a link. The error says what to do.
base::Result<base::Descriptor> openLibraryFile(const std::filesystem::path& file);

struct GateRules {
    std::vector<std::string> allowed{};  ///< ids; empty allows all
    Trust trust = Trust::owner;
    std::map<std::string, std::string> pins{};  ///< id -> Manifest::sha256; always checked
    std::vector<PublicKey> keys{};              ///< for Trust::signature: any of them
    /// The plugin that has this tool and keeps it, whoever asks; empty: none, or `id` itself.
    std::function<std::string(const std::string& id, const ToolManifest& tool)> keeper{};
};

/// What the gate found in one folder.
struct Candidate {
    std::filesystem::path folder;
    std::optional<Manifest> manifest;  ///< as far as it could be read
    /// Only if admitted: open on the library that was hashed, to be sealed; or on the folder of a program.
    base::Descriptor library;
    std::optional<hosting::Refusal> refusal;  ///< none: admitted
};

/// Decides which plugins are admitted, one after the other: the first one keeps its id and its capabilities. One
/// thread.
class Gate {
  public:
    explicit Gate(GateRules rules) : _rules(std::move(rules)) {}

    /// Runs the checks in their order up to the first that fails. Loads no code.
    Candidate examine(const std::filesystem::path& folder);

    /// The same for an MCP server of the configuration. Nobody vouches for what it runs: it is admitted with
    /// Trust::owner only.
    Candidate examineServer(const Manifest& manifest);

    /// A plugin that another gate has admitted before is to stay: claims its id and its capabilities, and releases
    /// those that a newer version of it has claimed here. Refused if the rules forbid it or another plugin has claimed
    /// them.
    hosting::Check retain(const Manifest& manifest, const std::filesystem::path& folder);

  private:
    hosting::Check checkInMemory(Candidate& candidate);
    hosting::Check checkServer(Candidate& candidate) const;
    hosting::Check check(Candidate& candidate);
    hosting::Check identity(const Candidate& candidate) const;
    hosting::Check collision(const Candidate& candidate) const;
    hosting::Check trustedContent(Candidate& candidate, const std::filesystem::path& folder,
                                  const std::string& manifestText) const;
    hosting::Check programContent(const base::Descriptor& opened, const std::filesystem::path& folder,
                                  const Manifest& manifest) const;
    hosting::Check pin(const Manifest& manifest) const;
    hosting::Check signature(const std::filesystem::path& folder, const std::string& manifestText) const;
    void claim(const Candidate& candidate);
    void release(const std::string& id);

    GateRules _rules;
    std::map<std::string, std::filesystem::path> _ids;
    std::map<std::string, std::string> _capabilities;  ///< "namespace/type::name" -> id
};

}  // namespace aip::admission
