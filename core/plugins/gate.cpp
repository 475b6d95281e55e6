#include "plugins/gate.h"

#include "plugins/exports.h"
#include "plugins/file_trust.h"

#include <aip/abi.h>

#include <algorithm>
#include <system_error>
#include <utility>

namespace aip::plugins {
namespace {

constexpr std::size_t largestManifest = 4UL << 20U;
constexpr const char* manifestName = "plugin.json";

std::string capability(const ToolManifest& tool) {
    return tool.nameSpace + "/" + tool.key();
}

std::optional<Refusal> readManifest(const Descriptor& file, Candidate& candidate) {
    auto text = readAll(file, largestManifest);
    if (!text) {
        return Refusal{reason::manifestInvalid, text.error().text()};
    }
    auto manifest = parseManifest(*text);
    if (!manifest) {
        return Refusal{reason::manifestInvalid, std::move(manifest).error().within(manifestName).text()};
    }
    candidate.manifest = *std::move(manifest);
    return std::nullopt;
}

std::optional<Refusal> compatibility(const Manifest& manifest) {
    const auto version = [](std::uint32_t major, std::uint32_t minor) {
        return std::to_string(major) + "." + std::to_string(minor);
    };
    if (manifest.platform != hostPlatform()) {
        return Refusal{reason::platformMismatch,
                       "built for " + manifest.platform + ", this is " + std::string(hostPlatform())};
    }
    if (manifest.abiMajor != AIP_ABI_MAJOR) {
        return Refusal{reason::abiMajor, "built for ABI " + version(manifest.abiMajor, manifest.abiMinor) +
                                             ", this agent has " + version(AIP_ABI_MAJOR, AIP_ABI_MINOR) +
                                             ": build it with this agent's SDK"};
    }
    if (manifest.abiMinorRequired > AIP_ABI_MINOR) {
        return Refusal{reason::abiMinor, "needs ABI " + version(manifest.abiMajor, manifest.abiMinorRequired) +
                                             ", this agent has " + version(AIP_ABI_MAJOR, AIP_ABI_MINOR) +
                                             ": update the agent"};
    }
    return std::nullopt;
}

std::optional<Refusal> trust(const std::filesystem::path& folder, const Descriptor& manifest, const Descriptor& library,
                             const std::string& libraryName) {
    for (const auto& result :
         {trustFolder(folder), trustFile(manifest, folder / manifestName), trustFile(library, folder / libraryName)}) {
        if (!result) {
            return Refusal{reason::permissions, result.error().text()};
        }
    }
    return std::nullopt;
}

std::optional<Refusal> content(const Descriptor& library, const Manifest& manifest) {
    const auto hash = sha256(library);
    if (!hash || *hash != manifest.sha256) {
        return Refusal{reason::hashMismatch, hash ? manifest.library + " is not the file that the manifest was made for"
                                                  : hash.error().text()};
    }
    const auto image = FileImage::map(library.get());
    if (!image) {
        return Refusal{reason::entryMissing, image.error().text()};
    }
    const auto exports = exportedSymbols(image->bytes());
    if (!exports || findExport(*exports, AIP_ENTRY_SYMBOL) == nullptr) {
        return Refusal{reason::entryMissing, exports ? manifest.library + " does not export " AIP_ENTRY_SYMBOL
                                                     : manifest.library + ": " + exports.error().text()};
    }
    return std::nullopt;
}

}  // namespace

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
    candidate.refusal = refuse(candidate);
    if (candidate.refusal) {
        candidate.library = Descriptor();
    } else {
        claim(candidate);
    }
    return candidate;
}

std::optional<Refusal> Gate::refuse(Candidate& candidate) {
    std::error_code failed;
    const auto folder = std::filesystem::canonical(candidate.folder, failed);
    auto manifestFile = openFile(folder / manifestName);
    if (failed || !manifestFile) {
        return Refusal{reason::manifestMissing,
                       failed ? candidate.folder.string() + ": " + failed.message() : manifestFile.error().text()};
    }
    if (auto refusal = readManifest(*manifestFile, candidate)) {
        return refusal;
    }
    const Manifest& manifest = *candidate.manifest;
    if (auto refusal = identity(candidate)) {
        return refusal;
    }
    if (auto refusal = compatibility(manifest)) {
        return refusal;
    }
    if (auto refusal = collision(candidate)) {
        return refusal;
    }
    auto library = openFile(folder / manifest.library);
    if (!library) {
        const bool absent = library.error().code() == base::Code::notFound;
        return Refusal{absent ? reason::entryMissing : reason::permissions, library.error().text()};
    }
    if (auto refusal = trust(folder, *manifestFile, *library, manifest.library)) {
        return refusal;
    }
    candidate.library = *std::move(library);
    return content(candidate.library, manifest);
}

std::optional<Refusal> Gate::identity(const Candidate& candidate) const {
    const std::string& id = candidate.manifest->id;
    if (candidate.folder.filename() != id) {
        return Refusal{reason::idMismatch, "the folder must be named '" + id + "' like the plugin in it"};
    }
    if (const auto first = _ids.find(id); first != _ids.end()) {
        return Refusal{reason::idDuplicate, "'" + id + "' is already taken by " + first->second.string()};
    }
    if (!_allowed.empty() && std::ranges::find(_allowed, id) == _allowed.end()) {
        return Refusal{reason::notAllowed, "'" + id + "' is not among the allowed plugins"};
    }
    return std::nullopt;
}

std::optional<Refusal> Gate::collision(const Candidate& candidate) const {
    for (const ToolManifest& tool : candidate.manifest->tools) {
        if (const auto owner = _capabilities.find(capability(tool)); owner != _capabilities.end()) {
            return Refusal{reason::capabilityCollision, "'" + tool.key() + "' in namespace " + tool.nameSpace +
                                                            " is already offered by plugin '" + owner->second + "'"};
        }
    }
    return std::nullopt;
}

void Gate::claim(const Candidate& candidate) {
    const Manifest& manifest = *candidate.manifest;
    _ids.emplace(manifest.id, candidate.folder);
    for (const ToolManifest& tool : manifest.tools) {
        _capabilities.emplace(capability(tool), manifest.id);
    }
}

}  // namespace aip::plugins
