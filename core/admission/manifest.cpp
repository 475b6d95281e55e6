#include "admission/manifest.h"

#include "admission/manifest_grammar.h"
#include "base/json_parser.h"
#include "base/json_text.h"
#include "base/sha256.h"

#include <aip/ext/command_executor.h>
#include <aip/ext/dynamic_tools.h>

#include <simdjson.h>

#include <algorithm>
#include <set>
#include <utility>

namespace aip::admission {
namespace {

using base::Code;
using base::Error;
using base::Result;
using schema::Schema;
using simdjson::dom::element;

constexpr std::size_t mostListed = 4096;
constexpr std::size_t memoryForManifests = 256UL << 20U;
constexpr std::size_t memoryForLists = 512UL << 20U;

const Schema& wholeGrammar() {
    static const Schema compiled = *Schema::compile(manifestGrammar());
    return compiled;
}

/// That of one tool: the same document with another schema at its root.
const Schema& toolGrammar() {
    static const Schema compiled = [] {
        simdjson::dom::parser parser;
        const element whole = parser.parse(manifestGrammar().data(), manifestGrammar().size());
        return *Schema::compile(R"({"$schema":)" + simdjson::minify(element(whole["$schema"])) +
                                R"(,"$ref":"#/definitions/tool","definitions":)" +
                                simdjson::minify(element(whole["definitions"])) + "}");
    }();
    return compiled;
}

// The readers below are for what follows the grammar. Absent and null are the same.

std::optional<element> member(element object, const char* name) {
    element found;
    return object[name].get(found) || found.is_null() ? std::nullopt : std::optional(found);
}

std::string text(element object, const char* name) {
    const auto found = member(object, name);
    return found ? std::string(std::string_view(*found)) : std::string();
}

/// A number of the grammar may be written as 3.0.
std::optional<std::uint32_t> number(element object, const char* name) {
    const auto found = member(object, name);
    return found ? std::optional(static_cast<std::uint32_t>(double(*found))) : std::nullopt;
}

std::string json(element object, const char* name) {
    const auto found = member(object, name);
    return found ? simdjson::minify(*found) : "null";
}

ToolManifest readTool(element object) {
    ToolManifest tool;
    tool.name = text(object, "name");
    tool.type = text(object, "type");
    tool.nameSpace = text(object, "namespace");
    tool.title = text(object, "title");
    tool.description = text(object, "description");
    tool.inputSchema = json(object, "input_schema");
    tool.outputSchema = json(object, "output_schema");
    tool.meta = json(object, "meta");
    tool.annotations = json(object, "annotations");
    if (const auto seconds = number(object, "timeout_seconds")) {
        tool.timeout = std::chrono::seconds(*seconds);
    }
    return tool;
}

/// `meta` with what is left unchecked of the tool's parameters. What a server says itself under this name comes first,
/// so readers take ours.
std::string withUnchecked(const std::string& meta, const std::vector<std::string>& unchecked) {
    if (unchecked.empty()) {
        return meta;
    }
    std::string texts;
    for (const auto& each : unchecked) {
        texts += (texts.empty() ? "" : ",") + base::jsonString(each);
    }
    const std::string before = meta.size() > 2 && meta.front() == '{' ? meta.substr(0, meta.size() - 1) + "," : "{";
    return before + R"("aip/unchecked":[)" + texts + "]}";
}

Result<void> compileSchemas(ToolManifest& tool, schema::Allowance& allowance, const schema::Options& options) {
    auto parameters = Schema::compile(tool.inputSchema, allowance, options);
    if (!parameters) {
        return std::move(parameters).error().within("input_schema");
    }
    tool.parameters = *std::move(parameters);
    tool.meta = withUnchecked(tool.meta, tool.parameters->unchecked());
    if (tool.outputSchema != "null") {
        if (auto result = Schema::compile(tool.outputSchema, allowance, options); !result) {
            return std::move(result).error().within("output_schema");
        }
    }
    return {};
}

/// Tools by capability, each with its schemas compiled; those that cannot be taken become a line.
class ToolReader {
  public:
    ToolReader(ListedTools& listed, schema::Options options) : _listed(listed), _options(std::move(options)) {}

    /// False if its capability was there before.
    bool add(element object, std::size_t index) {
        ToolManifest tool = readTool(object);
        const std::string place = "tools[" + std::to_string(index) + "]: '" + tool.key() + "'";
        if (!_seen.insert(tool.nameSpace + "/" + tool.key()).second) {
            _listed.leftOut.push_back(place + " stands twice in namespace " + tool.nameSpace);
            return false;
        }
        if (auto compiled = compileSchemas(tool, _allowance, _options); compiled) {
            _listed.tools.push_back(std::move(tool));
        } else {
            _listed.leftOut.push_back(std::move(compiled).error().within(place).text());
        }
        return true;
    }

  private:
    ListedTools& _listed;
    const schema::Options _options;
    std::set<std::string> _seen;
    schema::Allowance _allowance;
};

Result<void> checkPromises(const Manifest& manifest) {
    const bool executes = manifest.promises(AIP_EXT_COMMAND_EXECUTOR);
    if (!executes && !(manifest.tools.empty() && manifest.leftOut.empty())) {
        return Error(Code::invalid, "'extensions': tools need " AIP_EXT_COMMAND_EXECUTOR);
    }
    if (!executes && manifest.promises(AIP_EXT_DYNAMIC_TOOLS)) {
        return Error(Code::invalid, "'extensions': " AIP_EXT_DYNAMIC_TOOLS " needs " AIP_EXT_COMMAND_EXECUTOR);
    }
    return {};
}

Result<void> readTools(Manifest& manifest, element tools, const std::shared_ptr<schema::ProgramPool>& pool) {
    ListedTools listed;
    ToolReader reader(listed, {.pool = pool});
    std::size_t index = 0;
    for (const element tool : simdjson::dom::array(tools)) {
        if (!reader.add(tool, index++)) {
            return Error(Code::invalid, listed.leftOut.back());
        }
    }
    manifest.tools = std::move(listed.tools);
    manifest.leftOut = std::move(listed.leftOut);
    return checkPromises(manifest);
}

void readLibrary(Manifest& manifest, element root) {
    manifest.library = text(root, "library");
    manifest.sha256 = text(root, "sha256");
    const element abi = root["abi"];
    manifest.abiMajor = *number(abi, "major");
    manifest.abiMinor = *number(abi, "minor");
    manifest.abiMinorRequired = *number(abi, "minor_required");
    for (const element id : simdjson::dom::array(root["extensions"])) {
        manifest.extensions.emplace_back(std::string_view(id));
    }
}

void readProgram(Manifest& manifest, element root) {
    using Protocol = hosting::ProgramSpec::Protocol;
    hosting::ProgramSpec program;
    program.protocol = text(root, "protocol") == "stdio" ? Protocol::stdio : Protocol::exec;
    for (const element word : simdjson::dom::array(root["command"])) {
        program.command.emplace_back(std::string_view(word));
    }
    for (const element file : simdjson::dom::array(root["files"])) {
        program.files.push_back({text(file, "name"), text(file, "sha256")});
    }
    manifest.program = std::move(program);
    manifest.extensions = {AIP_EXT_COMMAND_EXECUTOR};
}

/// The program itself is one of its files, and each file is named once.
Result<void> checkProgram(const hosting::ProgramSpec& program) {
    std::set<std::string> names;
    for (const auto& file : program.files) {
        if (!names.insert(file.name).second) {
            return Error(Code::invalid, "'files': " + file.name + " stands twice");
        }
    }
    if (program.isInFolder() && !names.contains(program.command.front().substr(2))) {
        return Error(Code::invalid, "'command': " + program.command.front() + " is not among the files");
    }
    if (program.command.front().empty()) {
        return Error(Code::invalid, "'command': its first word is empty");
    }
    return {};
}

Manifest readHead(element root) {
    Manifest manifest;
    manifest.id = text(root, "id");
    manifest.version = text(root, "version");
    manifest.description = text(root, "description");
    manifest.platform = text(root, "platform");
    manifest.concurrency = number(root, "concurrency").value_or(1);
    manifest.settingsSchema = json(root, "settings");
    if (member(root, "command")) {
        readProgram(manifest, root);
    } else {
        readLibrary(manifest, root);
    }
    return manifest;
}

}  // namespace

bool Manifest::promises(std::string_view extension) const {
    return std::ranges::find(extensions, extension) != extensions.end();
}

bool Manifest::listsTools() const {
    return promises(AIP_EXT_DYNAMIC_TOOLS);
}

std::string_view Manifest::kind() const {
    if (server) {
        return server->isProgram() ? "MCP server (stdio)" : "MCP server (http)";
    }
    if (!program) {
        return "library";
    }
    return program->protocol == hosting::ProgramSpec::Protocol::exec ? "program (exec)" : "program (stdio)";
}

const std::shared_ptr<schema::ProgramPool>& schemasOfManifests() {
    static const auto pool = std::make_shared<schema::ProgramPool>(memoryForManifests);
    return pool;
}

const std::shared_ptr<schema::ProgramPool>& schemasOfLists() {
    static const auto pool = std::make_shared<schema::ProgramPool>(memoryForLists);
    return pool;
}

Result<ListedTools> parseTools(std::string_view json, bool checkedAgain,
                               const std::shared_ptr<schema::ProgramPool>& pool) {
    simdjson::dom::parser parser;
    const auto root = base::parseJson(parser, json, base::Padding::none);
    if (!root) {
        return root.error();
    }
    simdjson::dom::array items;
    if (root->get(items) != simdjson::SUCCESS || items.size() > mostListed) {
        return Error(Code::invalid, "expected an array of at most " + std::to_string(mostListed) + " tools");
    }
    ListedTools listed;
    ToolReader reader(listed, {.leavesPatterns = checkedAgain, .pool = pool});
    std::size_t index = 0;
    for (const element item : items) {
        if (auto checked = toolGrammar().check(simdjson::minify(item)); !checked) {
            listed.leftOut.push_back("tools[" + std::to_string(index) + "]: " + checked.error().text());
        } else {
            reader.add(item, index);
        }
        ++index;
    }
    return listed;
}

Result<Manifest> parseManifest(std::string_view json, const std::shared_ptr<schema::ProgramPool>& pool) {
    if (auto checked = wholeGrammar().check(json); !checked) {
        return std::move(checked).error();
    }
    simdjson::dom::parser parser;
    const auto root = base::parseJson(parser, json, base::Padding::none);
    if (!root) {
        return root.error();
    }
    Manifest manifest = readHead(*root);
    if (manifest.program) {
        if (auto checked = checkProgram(*manifest.program); !checked) {
            return std::move(checked).error();
        }
        manifest.sha256 = base::sha256Of(json);
    }
    if (manifest.settingsSchema != "null") {
        if (auto settings = Schema::compile(manifest.settingsSchema); !settings) {
            return std::move(settings).error().within("'settings'");
        }
    }
    if (auto read = readTools(manifest, (*root)["tools"], pool); !read) {
        return std::move(read).error();
    }
    return manifest;
}

}  // namespace aip::admission
