#include "describe.h"

#include "admission/exports.h"
#include "base/json_text.h"
#include "child.h"
#include "hosting/library.h"

#include <aip/abi.h>
#include <aip/ext/manifest.h>

#include <boost/dll/shared_library.hpp>

#include <iostream>
#include <sstream>
#include <stdexcept>
#include <string_view>

namespace aip::tool {
namespace {

/// Keeps warnings for the one who asked; an error goes to stderr, too: the plugin may not get to its answer.
void logLine(const aip_host* host, std::int32_t level, aip_text message) {
    const std::string_view line(message.data, message.size);
    if (level == AIP_LOG_WARN) {
        *static_cast<std::string*>(host->context) += std::string(line.substr(0, line.find('\n'))) + '\n';
    } else if (level > AIP_LOG_WARN) {
        std::cerr << line << '\n';
    }
}

const void* noExtension(const aip_host*, aip_text) {
    return nullptr;
}

void append(void* sink, aip_text piece) {
    static_cast<std::string*>(sink)->append(piece.data, piece.size);
}

void checkEntry(const aip_plugin_entry& entry) {
    if (entry.abi_major != AIP_ABI_MAJOR || entry.struct_size < AIP_END_OF(aip_plugin_entry, create)) {
        throw std::runtime_error("built for ABI " + std::to_string(entry.abi_major) + ", this tool knows " +
                                 std::to_string(AIP_ABI_MAJOR));
    }
}

std::string manifestOf(aip_plugin& plugin) {
    constexpr std::string_view id = AIP_EXT_MANIFEST;
    const auto* table = static_cast<const aip_manifest*>(plugin.get_extension(&plugin, {id.data(), id.size()}));
    if (!table) {
        throw std::runtime_error("does not implement " AIP_EXT_MANIFEST ": give its manifest with --from");
    }
    std::string text;
    if (const auto status = table->describe(&plugin, &append, &text); status != AIP_OK) {
        throw std::runtime_error("describing itself failed with status " + std::to_string(status));
    }
    return text;
}

boost::dll::shared_library openLibrary(const std::filesystem::path& library) {
    try {
        return boost::dll::shared_library(library.string(), boost::dll::load_mode::rtld_now);
    } catch (const std::exception& problem) {
        throw std::runtime_error(hosting::loadProblem(problem.what()));
    }
}

/// The warnings, a zero, the manifest.
std::string load(const std::filesystem::path& library) {
    const auto loaded = openLibrary(library);
    const auto& entry = loaded.get<const aip_plugin_entry>(AIP_ENTRY_SYMBOL);
    checkEntry(entry);
    std::string warnings;
    const aip_host host{sizeof(aip_host), AIP_ABI_MINOR, &warnings, &logLine, &noExtension};
    aip_status status = AIP_OK;
    aip_plugin* plugin = entry.create(&host, &status);
    if (!plugin) {
        throw std::runtime_error("create() failed with status " + std::to_string(status));
    }
    auto text = manifestOf(*plugin);
    plugin->destroy(plugin);
    return warnings + '\0' + text;
}

std::string entryOf(const std::filesystem::path& library) {
    const auto loaded = openLibrary(library);
    const auto& entry = loaded.get<const aip_plugin_entry>(AIP_ENTRY_SYMBOL);
    checkEntry(entry);
    return "{\"id\":" + base::jsonString(entry.id) + ",\"version\":" + base::jsonString(entry.version) +
           ",\"abi\":{\"major\":" + std::to_string(entry.abi_major) + ",\"minor\":" + std::to_string(entry.abi_minor) +
           ",\"minor_required\":" + std::to_string(entry.abi_minor_required) + "}}";
}

/// Those of a sanitizer come from the program, by its nature.
bool isOfSanitizer(std::string_view symbol) {
    return symbol.starts_with("__asan_") || symbol.starts_with("__ubsan_") || symbol.starts_with("__tsan_") ||
           symbol.starts_with("__sanitizer_") || symbol.starts_with("__sancov_");
}

/// Looked up through the library, a symbol of the program that loads it is not found: only its own dependencies count.
std::string missingIn(const std::filesystem::path& library) {
    const auto loaded = openLibrary(library);
    const auto image = admission::FileImage::open(library);
    const auto imports = image ? admission::importedSymbols(image->bytes()) : image.error();
    if (!imports) {
        throw std::runtime_error(imports.error().text());
    }
    std::string missing;
    for (const auto symbol : imports->symbols) {
        if (!isOfSanitizer(symbol) && !loaded.has(std::string(symbol).c_str())) {
            missing += (missing.empty() ? "" : " ") + std::string(symbol);
        }
    }
    return missing;
}

}  // namespace

base::Result<Description> describeLibrary(const std::filesystem::path& library, std::chrono::milliseconds limit) {
    const auto answer = askChild([path = std::filesystem::absolute(library)] { return load(path); },
                                 "was loaded or described itself", limit);
    if (!answer) {
        return answer.error();
    }
    const auto end = answer->find('\0');
    Description out{answer->substr(end + 1), {}};
    std::istringstream warnings(answer->substr(0, end));
    for (std::string line; std::getline(warnings, line);) {
        out.warnings.push_back(line);
    }
    return out;
}

base::Result<std::string> describeEntry(const std::filesystem::path& library, std::chrono::milliseconds limit) {
    return askChild([path = std::filesystem::absolute(library)] { return entryOf(path); }, "was loaded", limit);
}

base::Result<std::string> missingSymbols(const std::filesystem::path& library, std::chrono::milliseconds limit) {
    return askChild([path = std::filesystem::absolute(library)] { return missingIn(path); }, "was loaded", limit);
}

}  // namespace aip::tool
