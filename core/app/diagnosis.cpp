#include "app/diagnosis.h"

#include "app/audit_trail.h"
#include "app/config_listing.h"
#include "app/file_tail.h"
#include "audit/chain.h"
#include "base/build.h"
#include "base/json_object.h"
#include "base/setting_text.h"
#include "base/sha256.h"

#include <aip/abi.h>

#include <Poco/Environment.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <string_view>
#include <system_error>
#include <vector>

namespace aip::app {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t mostLog = 256UL << 10U;
constexpr std::size_t longestRecord = 1UL << 20U;  ///< a longer last record has no head here
constexpr std::size_t mostChains = 64;

void addVariables(std::vector<std::string>& secrets, const std::vector<std::string>& names) {
    for (const auto& name : names) {
        const char* const value = base::isSecretName(name) ? std::getenv(name.c_str()) : nullptr;
        if (value != nullptr) {
            secrets.emplace_back(value);
        }
    }
}

std::string libraryVersions() {
    base::JsonObject versions;
    for (const auto& library : base::librariesInUse()) {
        versions.text(library.name, library.version);
    }
    const auto boost = base::boostHeaders();
    versions.text(boost.name, boost.version);
    return versions.take();
}

std::string versions() {
    return base::JsonObject()
        .text("aip-agent", AIP_AGENT_VERSION)
        .text("abi", std::to_string(AIP_ABI_MAJOR) + "." + std::to_string(AIP_ABI_MINOR))
        .text("system", Poco::Environment::osName() + " " + Poco::Environment::osVersion())
        .text("architecture", Poco::Environment::osArchitecture())
        .text("build", base::buildText())
        .raw("libraries", libraryVersions())
        .take();
}

std::string logText(const Settings& settings) {
    if (settings.log.file.empty()) {
        return "there is no log.file: the log is that of the service (journalctl), or standard error\n";
    }
    auto lines = lastLines(settings.log.file, mostLog);
    return lines ? *std::move(lines) : lines.error().text() + "\n";
}

/// "1234:HASH" of the last record; empty: there is none.
std::string chainHead(const fs::path& file) {
    const auto lines = lastLines(file, longestRecord);
    if (!lines || lines->empty()) {
        return {};
    }
    std::string_view last(*lines);
    last.remove_suffix(1);
    last.remove_prefix(last.find_last_of('\n') + 1);  // npos + 1 is 0
    const auto head = audit::headOf(last);
    return head ? audit::textOf({head->sequence, base::sha256Of(last)}) : std::string();
}

/// Of all files beside it that belong to it, those of other processes among them.
std::string auditHeads(const fs::path& file) {
    base::JsonArray heads;
    std::vector<fs::path> files;
    std::error_code failed;
    for (fs::directory_iterator at(file.parent_path(), failed), end; !failed && at != end; at.increment(failed)) {
        const std::string name = at->path().filename();
        const bool isRecords = at->path().extension() == file.extension();  // and not its FILE.lock
        if (isRecords && name.starts_with(file.stem().string()) && files.size() < mostChains) {
            files.push_back(at->path());
        }
    }
    std::sort(files.begin(), files.end());
    for (const auto& each : files) {
        heads.add(base::JsonObject().text("file", each.string()).text("last", chainHead(each)).take());
    }
    return base::JsonObject().raw("chains", heads.take()).take();
}

}  // namespace

Redaction redactionOfAll(const Redaction& known, const SettingsRequest& request, const Settings* settings) {
    auto secrets = hiddenTexts(request, settings);
    if (settings != nullptr) {
        addVariables(secrets, settings->slot.process.environment);
        for (const auto& [id, slot] : settings->slots) {
            addVariables(secrets, slot.process.environment);
        }
    }
    return known.with(secrets);
}

Diagnosis diagnose(const SettingsRequest& request, const Settings* settings, const Redaction& redaction) {
    Diagnosis files{{"configuration.txt", redaction(listConfiguration(request, settings))},
                    {"versions.json", versions()}};
    if (settings != nullptr) {
        files["log.txt"] = redaction(logText(*settings));
        files["audit.json"] = redaction(auditHeads(auditFile(*settings)));
    }
    return files;
}

std::string json(const Diagnosis& diagnosis) {
    base::JsonObject files;
    for (const auto& [name, text] : diagnosis) {
        files.text(name, base::repairUtf8(text));
    }
    return base::JsonObject().raw("files", files.take()).take();
}

}  // namespace aip::app
