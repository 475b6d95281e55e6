#include "admission/gate.h"

#include "admission/exports.h"
#include "admission/file_trust.h"
#include "admission/interpreter.h"
#include "admission/manifest_file.h"
#include "admission/program_files.h"
#include "base/sha256.h"
#include "base/shortage.h"

#include <aip/abi.h>

#include <algorithm>
#include <cstdlib>
#include <new>
#include <span>
#include <system_error>
#include <utility>

namespace aip::admission {
namespace {

constexpr std::size_t largestSignature = 64;
constexpr const char* manifestName = "plugin.json";

std::string capability(const ToolManifest& tool) {
    return tool.nameSpace + "/" + tool.key();
}

hosting::Check readManifest(const std::string& content, Candidate& candidate) {
    auto manifest = parseManifest(content);
    if (!manifest) {
        return hosting::Refusal{hosting::reason::manifestInvalid,
                                std::move(manifest).error().within(manifestName).text()};
    }
    candidate.manifest = *std::move(manifest);
    return {};
}

std::string textOf(const AbiVersion& version) {
    return std::to_string(version.major) + "." + std::to_string(version.minor);
}

hosting::Check compatibility(const Manifest& manifest) {
    const bool anywhere = manifest.program && manifest.platform.empty();
    if (!anywhere && manifest.platform != hostPlatform()) {
        return hosting::Refusal{hosting::reason::platformMismatch,
                                "built for " + manifest.platform + ", this is " + std::string(hostPlatform())};
    }
    return manifest.program ? hosting::Check() : checkAbi(manifest, {AIP_ABI_MAJOR, AIP_ABI_MINOR});
}

/// `code`, unless the system was short of something.
hosting::Refusal notOpened(const base::Error& why, const char* code) {
    return {why.code() == base::Code::exhausted ? hosting::reason::shortage : code, why.text()};
}

hosting::Check asCheck(const base::Result<void>& trusted) {
    return trusted ? hosting::Check() : hosting::Refusal{hosting::reason::permissions, trusted.error().text()};
}

/// Open, and trusted.
base::Result<base::Descriptor, hosting::Refusal> openLibrary(const std::filesystem::path& file) {
    auto library = openLibraryFile(file);
    if (!library) {
        const bool absent = library.error().code() == base::Code::notFound;
        return notOpened(library.error(), absent ? hosting::reason::entryMissing : hosting::reason::permissions);
    }
    if (auto checked = asCheck(trustFile(*library, file)); !checked) {
        return std::move(checked).error();
    }
    return *std::move(library);
}

base::Result<base::Descriptor, hosting::Refusal> openProgram(const std::filesystem::path& folder) {
    auto opened = openFolder(folder);
    if (!opened) {
        return notOpened(opened.error(), hosting::reason::permissions);
    }
    return *std::move(opened);
}

/// In which the program of a plugin will be looked for: it gets the same.
std::string_view searchPath() {
    const char* own = std::getenv("PATH");
    return own == nullptr ? "/bin:/usr/bin" : own;
}

/// The folder in which a server runs, open.
base::Result<base::Descriptor, hosting::Refusal> openServerFolder(const std::filesystem::path& folder) {
    std::error_code failed;
    const auto real = std::filesystem::canonical(folder, failed);
    if (failed) {
        return hosting::Refusal{
            base::isShortage(failed.value()) ? hosting::reason::shortage : hosting::reason::settingsInvalid,
            "its folder: " + folder.string() + ": " + failed.message()};
    }
    auto opened = openFolder(real);
    if (!opened) {
        hosting::Refusal why = notOpened(opened.error(), hosting::reason::settingsInvalid);
        why.text.insert(0, "its folder: ");
        return why;
    }
    return *std::move(opened);
}

/// Hashes and reads the same copy: with a map of the file, the process would end if it shrank meanwhile.
hosting::Check content(const base::Descriptor& library, const Manifest& manifest) {
    const auto image = readAll(library, largestLibrary);
    if (!image || base::sha256Of(*image) != manifest.sha256) {
        return hosting::Refusal{hosting::reason::hashMismatch,
                                manifest.library + (image ? " is not the file that the manifest was made for"
                                                          : ": " + image.error().text())};
    }
    const auto exports = exportedSymbols(std::as_bytes(std::span(*image)));
    if (!exports || findExport(*exports, AIP_ENTRY_SYMBOL) == nullptr) {
        return hosting::Refusal{hosting::reason::entryMissing,
                                exports ? manifest.library + " does not export " AIP_ENTRY_SYMBOL
                                        : manifest.library + ": " + exports.error().text()};
    }
    return {};
}

}  // namespace

base::Result<base::Descriptor> openLibraryFile(const std::filesystem::path& file) {
    auto opened = openFile(file);
    if (!opened && opened.error().code() == base::Code::invalid) {
        return base::Error(base::Code::invalid, opened.error().text() + ": put the library itself there");
    }
    return opened;
}

hosting::Check checkAbi(const Manifest& manifest, AbiVersion agent) {
    const std::string has = ", this agent has " + textOf(agent);
    if (manifest.abiMajor != agent.major) {
        return hosting::Refusal{hosting::reason::abiMajor, "built for ABI " +
                                                               textOf({manifest.abiMajor, manifest.abiMinor}) + has +
                                                               ": build it with this agent's SDK"};
    }
    if (manifest.abiMinorRequired > agent.minor) {
        return hosting::Refusal{
            hosting::reason::abiMinor,
            "needs ABI " + textOf({manifest.abiMajor, manifest.abiMinorRequired}) + has + ": update the agent"};
    }
    return {};
}

std::string_view hostPlatform() {
#if defined(__linux__) && defined(__x86_64__)
    return "linux-x86_64";
#elif defined(__linux__) && defined(__aarch64__)
    return "linux-aarch64";
#else
#error "name this platform"
#endif
}

Candidate Gate::examine(const std::filesystem::path& folder) {
    Candidate candidate;
    candidate.folder = folder;
    auto checked = checkInMemory(candidate);
    if (checked) {
        claim(candidate);
    } else {
        candidate.refusal = std::move(checked).error();
        candidate.library = base::Descriptor();
    }
    return candidate;
}

Candidate Gate::examineServer(const Manifest& manifest) {
    Candidate candidate;
    candidate.folder = manifest.server->folder;
    candidate.manifest = manifest;
    auto checked = checkServer(candidate);
    if (checked) {
        claim(candidate);
    } else {
        candidate.refusal = std::move(checked).error();
    }
    return candidate;
}

hosting::Check Gate::checkServer(Candidate& candidate) const {
    if (auto checked = identity(candidate); !checked) {
        return checked;
    }
    if (_rules.trust != Trust::owner) {
        return hosting::Refusal{hosting::reason::programOutside,
                                "nobody vouches for what an MCP server runs: only plugins.trust = owner admits it"};
    }
    auto opened = openServerFolder(candidate.folder);
    if (!opened) {
        return std::move(opened).error();
    }
    candidate.library = *std::move(opened);
    return {};
}

hosting::Check Gate::checkInMemory(Candidate& candidate) {
    try {
        return check(candidate);
    } catch (const std::bad_alloc&) {
        return hosting::Refusal{hosting::reason::shortage, "not enough memory to look at it"};
    }
}

hosting::Check Gate::check(Candidate& candidate) {
    const auto manifestText = readTrustedManifest(candidate.folder);
    if (!manifestText) {
        return manifestText.error();
    }
    if (auto checked = readManifest(*manifestText, candidate); !checked) {
        return checked;
    }
    std::error_code failed;
    const auto folder = std::filesystem::canonical(candidate.folder, failed);
    const Manifest& manifest = *candidate.manifest;
    if (auto checked = identity(candidate); !checked) {
        return checked;
    }
    if (auto checked = compatibility(manifest); !checked) {
        return checked;
    }
    if (auto checked = collision(candidate); !checked) {
        return checked;
    }
    return trustedContent(candidate, folder, *manifestText);
}

hosting::Check Gate::trustedContent(Candidate& candidate, const std::filesystem::path& folder,
                                    const std::string& manifestText) const {
    const Manifest& manifest = *candidate.manifest;
    auto opened = manifest.program ? openProgram(folder) : openLibrary(folder / manifest.library);
    if (!opened) {
        return std::move(opened).error();
    }
    if (auto checked = pin(manifest); !checked) {
        return checked;
    }
    if (auto checked = signature(folder, manifestText); !checked) {
        return checked;
    }
    candidate.library = *std::move(opened);
    return manifest.program ? programContent(candidate.library, folder, manifest)
                            : content(candidate.library, manifest);
}

hosting::Check Gate::programContent(const base::Descriptor& opened, const std::filesystem::path& folder,
                                    const Manifest& manifest) const {
    const bool vouchedFor = _rules.trust != Trust::owner || _rules.pins.contains(manifest.id);
    if (vouchedFor && !manifest.program->isInFolder()) {
        return hosting::Refusal{hosting::reason::programOutside,
                                "'" + manifest.program->command.front() +
                                    "' is not in the plugin's folder: neither pin nor signature vouches for it"};
    }
    if (vouchedFor) {
        if (auto checked = checkUnlistedFiles(folder, *manifest.program); !checked) {
            return checked;
        }
    }
    auto checked = checkProgramFiles(opened, *manifest.program, Owners::onlyOurs);
    return checked ? checkInterpreter(folder, *manifest.program, searchPath()) : std::move(checked);
}

hosting::Check Gate::identity(const Candidate& candidate) const {
    const std::string& id = candidate.manifest->id;
    if (!candidate.manifest->server && candidate.folder.filename() != id) {
        return hosting::Refusal{hosting::reason::idMismatch,
                                "the folder must be named '" + id + "' like the plugin in it"};
    }
    if (const auto first = _ids.find(id); first != _ids.end()) {
        return hosting::Refusal{hosting::reason::idDuplicate,
                                "'" + id + "' is already taken by " + first->second.string()};
    }
    if (!_rules.allowed.empty() && std::ranges::find(_rules.allowed, id) == _rules.allowed.end()) {
        return hosting::Refusal{hosting::reason::notAllowed, "'" + id + "' is not among the allowed plugins"};
    }
    return {};
}

hosting::Check Gate::collision(const Candidate& candidate) const {
    for (const ToolManifest& tool : candidate.manifest->tools) {
        if (const auto owner = _capabilities.find(capability(tool)); owner != _capabilities.end()) {
            return hosting::Refusal{hosting::reason::capabilityCollision,
                                    "'" + tool.key() + "' in namespace " + tool.nameSpace +
                                        " is already offered by plugin '" + owner->second + "'"};
        }
        const std::string keeper = _rules.keeper ? _rules.keeper(candidate.manifest->id, tool) : std::string();
        if (!keeper.empty()) {
            return hosting::Refusal{hosting::reason::capabilityCollision,
                                    "'" + tool.key() + "' in namespace " + tool.nameSpace + " is offered by plugin '" +
                                        keeper + "', which is at work; only plugins.order decides otherwise"};
        }
    }
    return {};
}

hosting::Check Gate::pin(const Manifest& manifest) const {
    const auto pinned = _rules.pins.find(manifest.id);
    if (pinned == _rules.pins.end()) {
        if (_rules.trust != Trust::pinned) {
            return {};
        }
        return hosting::Refusal{hosting::reason::notPinned, "[plugin." + manifest.id + "] has no sha256"};
    }
    if (pinned->second != manifest.sha256) {
        return hosting::Refusal{hosting::reason::pinMismatch,
                                "[plugin." + manifest.id + "] wants the " +
                                    std::string(manifest.program ? "plugin.json" : "library") + " with sha256 " +
                                    pinned->second + ", this one has " + manifest.sha256};
    }
    return {};
}

hosting::Check Gate::signature(const std::filesystem::path& folder, const std::string& manifestText) const {
    if (_rules.trust != Trust::signature) {
        return {};
    }
    const auto file = openFile(folder / signatureName);
    if (!file && file.error().code() == base::Code::exhausted) {
        return notOpened(file.error(), hosting::reason::signatureMissing);
    }
    if (!file) {
        return hosting::Refusal{hosting::reason::signatureMissing, file.error().text() + ": made by aip-plugin sign"};
    }
    const auto given = readAll(*file, largestSignature);
    const bool good = given && std::ranges::any_of(_rules.keys, [&](const PublicKey& key) {
                          return key.verifies(manifestText, *given);
                      });
    if (good) {
        return {};
    }
    return hosting::Refusal{hosting::reason::signatureInvalid, std::string(signatureName) + " is not a signature of " +
                                                                   manifestName + " by a trusted key"};
}

void Gate::claim(const Candidate& candidate) {
    const Manifest& manifest = *candidate.manifest;
    _ids.emplace(manifest.id, candidate.folder);
    for (const ToolManifest& tool : manifest.tools) {
        _capabilities.emplace(capability(tool), manifest.id);
    }
}

void Gate::release(const std::string& id) {
    _ids.erase(id);
    std::erase_if(_capabilities, [&](const auto& claimed) { return claimed.second == id; });
}

hosting::Check Gate::retain(const Manifest& manifest, const std::filesystem::path& folder) {
    Candidate candidate;
    candidate.folder = folder;
    candidate.manifest = manifest;
    if (const auto owner = _ids.find(manifest.id); owner != _ids.end() && owner->second == folder) {
        release(manifest.id);
    }
    auto checked = identity(candidate);
    checked = checked ? collision(candidate) : std::move(checked);
    if (checked) {
        claim(candidate);
    }
    return checked;
}

}  // namespace aip::admission
