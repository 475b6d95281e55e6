#include "admission/exports.h"
#include "admission/gate.h"
#include "check/process_state_posix.h"
#include "declared.h"
#include "describe.h"
#include "manifest.h"
#include "runner.h"
#include "stages.h"

#include <aip/abi.h>

#include <algorithm>
#include <filesystem>

namespace aip::tool {
namespace {

constexpr std::chrono::seconds loadLimit{30};

/// The tools of a manifest, in the order of their names: members as text.
std::vector<std::string> toolsOf(const admission::Manifest& manifest) {
    std::vector<std::string> tools;
    for (const auto& tool : manifest.tools) {
        tools.push_back(tool.key() + " " + tool.nameSpace + tool.title + tool.description + tool.inputSchema +
                        tool.outputSchema + tool.meta + tool.annotations);
    }
    std::ranges::sort(tools);
    return tools;
}

void compareWithLibrary(const PluginFile& plugin, Section& section) {
    if (plugin.manifest.program) {
        return;
    }
    if (const auto said = describeLibrary(plugin.library, loadLimit)) {
        for (const auto& line : said->warnings) {
            if (line.starts_with("settings are described")) {
                section.found("settings-unread", line);
            }
        }
    }
    const auto described = makeManifest(plugin.library, std::nullopt);
    const auto manifest = described ? admission::parseManifest(*described) : described.error();
    if (!manifest) {
        return;  // it has no aip.manifest/1, or cannot be loaded: another step says so
    }
    const auto& ours = plugin.manifest;
    if (toolsOf(*manifest) != toolsOf(ours) || manifest->extensions != ours.extensions ||
        manifest->concurrency != ours.concurrency || manifest->settingsSchema != ours.settingsSchema) {
        section.found("manifest-stale", "plugin.json is not what the library says of itself");
    }
}

void checkSchemas(const admission::Manifest& manifest, Section& section) {
    for (const auto& line : manifest.leftOut) {
        section.found("schema-invalid", line);
    }
    for (const auto& tool : manifest.tools) {
        for (const auto& warning : tool.parameters->warnings()) {
            section.found("schema-keyword", tool.name + ": " + warning);
        }
    }
}

void checkDeclarations(const admission::Manifest& manifest, Section& section) {
    for (const auto& line : wrongDefaults(manifest.settingsSchema)) {
        section.found("default-invalid", "settings: " + line);
    }
    for (const auto& tool : manifest.tools) {
        for (const auto& line : wrongDefaults(tool.inputSchema)) {
            section.found("default-invalid", tool.name + ": " + line);
        }
        for (const auto& line : wrongAnnotations(tool.annotations)) {
            section.found("annotation-unknown", tool.name + ": " + line);
        }
    }
}

std::string joined(const std::vector<std::string_view>& words) {
    std::string out;
    for (const auto word : words) {
        out += (out.empty() ? "" : " ") + std::string(word);
    }
    return out;
}

void checkExports(const admission::FileImage& image, Section& section) {
    const auto exports = admission::exportedSymbols(image.bytes());
    if (!exports) {
        const bool foreign = exports.error().text().starts_with("built for ");
        section.found(foreign ? "platform-mismatch" : "entry-missing", exports.error().text());
        return;
    }
    if (!admission::findExport(*exports, AIP_ENTRY_SYMBOL)) {
        section.found("entry-missing", "it does not export " AIP_ENTRY_SYMBOL);
        return;
    }
    std::vector<std::string_view> others;
    for (const auto& symbol : *exports) {
        if (symbol.name != AIP_ENTRY_SYMBOL) {
            others.push_back(symbol.name);
        }
    }
    if (!others.empty()) {
        const auto count = others.size();
        others.resize(std::min<std::size_t>(count, 5));
        section.found("export-extra", std::to_string(count) + " symbols more: " + joined(others));
    }
}

}  // namespace

Section checkManifest(Subject& subject) {
    const auto& plugin = subject.plugin();
    Section section;
    admission::Gate gate(admission::GateRules{});
    if (const auto refusal = gate.examine(plugin.folder).refusal) {
        section.found(refusal->code, refusal->text);
    }
    checkSchemas(plugin.manifest, section);
    checkDeclarations(plugin.manifest, section);
    compareWithLibrary(plugin, section);
    const std::string tools = std::to_string(plugin.manifest.tools.size()) + " tools, ";
    if (plugin.manifest.program) {
        section.summary = tools + std::string(plugin.manifest.kind());
        return section;
    }
    section.summary = tools + "ABI " + std::to_string(plugin.manifest.abiMajor) + "." +
                      std::to_string(plugin.manifest.abiMinor) + ", needs an agent of " +
                      std::to_string(plugin.manifest.abiMajor) + "." +
                      std::to_string(plugin.manifest.abiMinorRequired) + " or later";
    return section;
}

Section checkSymbols(Subject& subject) {
    Section section;
    if (subject.plugin().manifest.program) {
        section.summary = "none: it is a " + std::string(subject.plugin().manifest.kind());
        return section;
    }
    section.summary = "one export, nothing taken from the program that loads it";
    const auto image = admission::FileImage::open(subject.plugin().library);
    if (!image) {
        section.found("entry-missing", image.error().text());
        return section;
    }
    checkExports(*image, section);
    if (!section.passed() && section.findings.front().code != "export-extra") {
        section.summary = "looked at its exports";
        return section;
    }
    const auto missing = missingSymbols(subject.plugin().library, loadLimit);
    if (!missing) {
        section.found("load-failed", missing.error().text());
    } else if (!missing->empty()) {
        section.found("symbol-from-host", *missing);
    }
    if (!section.findings.empty()) {
        section.summary = "looked at its exports and imports";
    }
    return section;
}

Section checkProcess(Subject& subject) {
    Section section;
    if (!subject.plugin().manifest.isLibrary()) {
        section.summary = "changes nothing of another's: it has a process of its own";
        return section;
    }
    section.summary = "leaves working directory, umask, signal handlers, locale and environment alone";
    const auto changed =
        changedByPlugin(subject.plugin(), subject.settings(),
                        [&subject](const admission::ToolManifest& tool) { return subject.calls(tool); });
    if (!changed) {
        section.summary = "what it changes in a process that it shares is not known";
        section.found("process-unseen", changed.error().text());
        return section;
    }
    for (const auto& line : *changed) {
        section.found("process-changed", line);
    }
    if (!section.passed()) {
        section.summary = "started, called a few times and stopped in a process that it shares";
    }
    return section;
}

Section checkStart(Subject& subject) {
    Section section;
    if (subject.settingsMadeUp()) {
        section.found("settings-made-up", subject.settings());
    }
    const auto begin = Subject::Clock::now();
    if (const auto started = subject.revive(); !started) {
        const hosting::Refusal& why = started.error();
        const bool known = !adviceFor(why.code).code.empty();
        section.found(known ? why.code : "crash", known ? why.text : why.line());
        section.summary = "does not start";
        return section;
    }
    const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(Subject::Clock::now() - begin);
    section.summary = "loaded, created and started within " + std::to_string(took.count()) + " ms";
    return section;
}

}  // namespace aip::tool
