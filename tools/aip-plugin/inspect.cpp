#include "inspect.h"

#include "admission/exports.h"
#include "admission/program_files.h"
#include "base/sha256.h"
#include "plugin_file.h"
#include "pretty.h"

#include <simdjson.h>

#include <cstring>
#include <iomanip>
#include <ostream>
#include <set>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

namespace aip::tool {
namespace {

namespace fs = std::filesystem;
using simdjson::dom::element;

base::Error failure(const std::string& text) {
    return {base::Code::invalid, text};
}

std::ostream& label(std::ostream& out, std::string_view text) {
    return out << std::left << std::setw(13) << text;
}

/// A member as text without quotes; "-" if it is missing.
std::string shown(const element& object, std::string_view member) {
    std::string_view text;
    element value;
    if (object[member].get(value)) {
        return "-";
    }
    return value.get(text) ? simdjson::minify(value) : std::string(text);
}

void printSchema(const element& tool, const char* name, const char* member, std::ostream& out) {
    element schema;
    if (!tool[member].get(schema) && !schema.is_null()) {
        out << "    " << name;
        printJson(schema, out, 4);
        out << '\n';
    }
}

void printTool(const element& tool, std::ostream& out) {
    out << '\n' << shown(tool, "type") << "::" << shown(tool, "name") << " (" << shown(tool, "namespace") << ")\n";
    out << "    " << shown(tool, "description") << '\n';
    element limit;
    if (!tool["timeout_seconds"].get(limit)) {
        out << "    at most " << simdjson::minify(limit) << " s\n";
    }
    printSchema(tool, "input  ", "input_schema", out);
    printSchema(tool, "output ", "output_schema", out);
    printSchema(tool, "meta   ", "meta", out);
    printSchema(tool, "hints  ", "annotations", out);
}

/// A member that only a library has, or only a program.
bool isOfTheOtherKind(std::string_view member, bool program) {
    static const std::set<std::string_view> ofPrograms{"command", "protocol"};
    static const std::set<std::string_view> ofLibraries{"abi", "library", "sha256", "extensions"};
    return (program ? ofLibraries : ofPrograms).contains(member);
}

void printManifest(const element& manifest, std::ostream& out) {
    element any;
    const bool program = manifest["command"].get(any) == simdjson::SUCCESS;
    for (const char* member : {"id", "version", "description", "platform", "abi", "library", "sha256", "extensions",
                               "command", "protocol", "concurrency", "settings"}) {
        if (manifest[member].get(any) == simdjson::SUCCESS || !isOfTheOtherKind(member, program)) {
            label(out, member) << shown(manifest, member) << '\n';
        }
    }
}

/// Without its owner, which is the gate's to judge.
base::Result<void> inspectProgram(const fs::path& folder, std::ostream& out) {
    const auto file = openPlugin(folder);
    if (!file) {
        return file.error();
    }
    for (const auto& each : file->manifest.program->files) {
        label(out, "file") << each.name << '\n';
    }
    const auto opened = admission::openFolder(folder);
    if (!opened) {
        return opened.error();
    }
    const auto checked = admission::checkProgramFiles(*opened, *file->manifest.program, admission::Owners::any);
    return checked ? base::Result<void>() : failure(checked.error().text);
}

void printTools(const element& manifest, std::ostream& out) {
    simdjson::dom::array tools;
    if (manifest["tools"].get(tools)) {
        return;
    }
    for (const auto tool : tools) {
        printTool(tool, out);
    }
}

/// The numbers at the head of the entry; they are constants, so they can be read from the file.
void printEntry(const admission::Export& entry, std::ostream& out) {
    std::uint32_t numbers[4] = {};
    if (entry.data.size() < sizeof numbers) {
        return;
    }
    std::memcpy(numbers, entry.data.data(), sizeof numbers);
    label(out, "entry") << "ABI " << numbers[1] << '.' << numbers[2] << ", needs an agent of " << numbers[1] << '.'
                        << numbers[3] << " or later\n";
}

base::Result<void> inspectLibrary(const fs::path& library, const std::string& promisedHash, std::ostream& out) {
    const auto image = admission::FileImage::open(library);
    if (!image) {
        return image.error();
    }
    const auto exports = admission::exportedSymbols(image->bytes());
    if (!exports) {
        return exports.error();
    }
    label(out, "exports");
    for (const auto& symbol : *exports) {
        out << symbol.name << ' ';
    }
    out << '\n';
    if (const auto imports = admission::importedSymbols(image->bytes())) {
        label(out, "needs");
        for (const auto& needed : imports->libraries) {
            out << needed << ' ';
        }
        out << '\n';
    }
    const auto entry = entryIn(*exports);
    if (!entry) {
        return entry.error();
    }
    printEntry(*entry, out);
    if (base::sha256Of(image->bytes()) != promisedHash) {
        return failure("the library is not the one that its manifest was made for (sha256 differs)");
    }
    return {};
}

}  // namespace

base::Result<void> inspect(const fs::path& plugin, std::ostream& out) {
    std::error_code unknown;
    const bool isFolder = fs::is_directory(plugin, unknown);
    const fs::path folder = isFolder ? plugin : plugin.parent_path();
    const auto text = readFile(folder / "plugin.json");
    simdjson::dom::parser parser;
    element manifest;
    const auto error = parser.parse(text ? *text : std::string()).get(manifest);
    if (error && !isFolder) {
        static_cast<void>(inspectLibrary(plugin, {}, out));
    }
    if (!text) {
        auto opened = openPlugin(plugin);
        return opened ? text.error() : std::move(opened).error();
    }
    if (error) {
        return failure((folder / "plugin.json").string() + ": " + simdjson::error_message(error));
    }
    printManifest(manifest, out);
    if (element command; manifest["command"].get(command) == simdjson::SUCCESS) {
        auto result = inspectProgram(folder, out);
        printTools(manifest, out);
        return result;
    }
    const fs::path library = isFolder ? folder / fs::path(shown(manifest, "library")).filename() : plugin;
    auto result = inspectLibrary(library, shown(manifest, "sha256"), out);
    printTools(manifest, out);
    return result;
}

}  // namespace aip::tool
