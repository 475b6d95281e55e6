#include "app/plugin_trust.h"

#include "admission/signature.h"
#include "app/marked_text.h"
#include "base/file.h"
#include "base/sha256.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <system_error>
#include <utility>

namespace aip::app {
namespace {

using base::Code;
using base::Error;
using base::Result;

constexpr std::size_t largestKeyFile = 64UL << 10U;
constexpr const char* trustedKeys = "plugins.trusted_keys";

Result<admission::PublicKey> readKey(const std::filesystem::path& name) {
    const auto pem = readUnmarked(name, {largestKeyFile, base::Access::onlyOursWrite});
    if (!pem) {
        return pem.error();
    }
    auto key = admission::PublicKey::parse(*pem);
    return key ? std::move(key) : std::move(key).error().within(name.string());
}

/// Of plugins/ in this source tree.
constexpr std::array<std::string_view, 2> ownPlugins{"shell", "system_info"};

bool isOwn(const plugins::PluginEntry& entry, const std::filesystem::path& installation) {
    std::error_code unknown;
    return std::ranges::find(ownPlugins, entry.id) != ownPlugins.end() &&
           std::filesystem::equivalent(entry.folder.parent_path(), installation, unknown);
}

}  // namespace

Result<void> setPin(plugins::PluginSettings& plugin, const std::string& value) {
    if (!base::isSha256(value)) {
        return Error(Code::invalid, "'" + value + "' is not a SHA-256: 64 digits 0-9a-f, as sha256sum prints them");
    }
    plugin.sha256 = value;
    return {};
}

std::set<std::string> believedPlugins(const std::vector<plugins::PluginEntry>& entries, admission::Trust trust,
                                      const std::filesystem::path& installation) {
    std::set<std::string> ids;
    for (const auto& entry : entries) {
        const bool checked = entry.pinned || trust == admission::Trust::signature;
        if (entry.slot && !entry.isServer && (checked || isOwn(entry, installation))) {
            ids.insert(entry.id);
        }
    }
    return ids;
}

std::vector<Error> resolveTrust(Settings& settings) {
    std::vector<Error> faults;
    for (const auto& file : settings.trustedKeyFiles) {
        if (auto key = readKey(file)) {
            settings.discovery.trustedKeys.push_back(*std::move(key));
        } else {
            faults.push_back(std::move(key).error().within(trustedKeys));
        }
    }
    if (settings.discovery.trust == admission::Trust::signature && settings.trustedKeyFiles.empty()) {
        faults.emplace_back(Code::invalid, std::string("plugins.trust = signed needs a key in ") + trustedKeys);
    }
    return faults;
}

}  // namespace aip::app
