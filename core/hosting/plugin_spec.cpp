#include "hosting/plugin_spec.h"

#include "base/packing.h"

#include <algorithm>
#include <functional>
#include <iterator>
#include <utility>

namespace aip::hosting {
namespace {

using KeyAndValue = std::pair<std::string, std::string>;
using CodeSpec = std::variant<LibrarySpec, ProgramSpec>;

constexpr std::uint8_t libraryKind = 0;
constexpr std::uint8_t programKind = 1;

/// The fields, once for both directions.
void fields(auto& all, auto& spec, auto& host) {
    all(spec.id, spec.version, spec.configJson, spec.extensions);
    all.each(spec.tools, [](auto& of, auto& tool) { of(tool.nameSpace, tool.type, tool.name); });
    all.each(host, [](auto& of, auto& setting) { of(setting.first, setting.second); });
}

void programFields(auto& all, auto& program, auto& protocol) {
    all(protocol, program.command);
    all.each(program.files, [](auto& of, auto& file) { of(file.name, file.sha256); });
}

void pack(base::Packer& packer, const CodeSpec& code) {
    if (const auto* const library = std::get_if<LibrarySpec>(&code)) {
        packer(libraryKind, library->file);
    } else if (const auto* const program = std::get_if<ProgramSpec>(&code)) {
        packer(programKind);
        const auto protocol = static_cast<std::uint8_t>(program->protocol);
        programFields(packer, *program, protocol);
    }
}

/// False if no kind of code has this number.
bool unpack(base::Unpacker& unpacker, CodeSpec& code) {
    std::uint8_t kind = libraryKind;
    std::uint8_t protocol = 0;
    unpacker(kind);
    if (kind == programKind) {
        auto& program = code.emplace<ProgramSpec>();
        programFields(unpacker, program, protocol);
        program.protocol = static_cast<ProgramSpec::Protocol>(protocol);
        return !program.command.empty() && protocol <= static_cast<std::uint8_t>(ProgramSpec::Protocol::stdio);
    }
    unpacker(code.emplace<LibrarySpec>().file);
    return kind == libraryKind;
}

}  // namespace

bool PluginSpec::promises(std::string_view extension) const {
    return std::ranges::find(extensions, extension) != extensions.end();
}

std::string encode(const PluginSpec& spec) {
    base::Packer packer;
    fields(packer, spec, spec.host);
    pack(packer, spec.code);
    return std::move(packer.bytes());
}

base::Result<PluginSpec> decodePluginSpec(std::string_view text) {
    PluginSpec spec;
    std::vector<KeyAndValue> host;
    base::Unpacker unpacker(text);
    fields(unpacker, spec, host);
    const bool known = unpack(unpacker, spec.code);
    const bool ordered = std::ranges::adjacent_find(host, std::greater_equal<>(), &KeyAndValue::first) == host.end();
    if (!unpacker.finished() || !known || !ordered) {
        return base::Error(base::Code::invalid, "a description of a plugin that is not well-formed");
    }
    spec.host.insert(std::move_iterator(host.begin()), std::move_iterator(host.end()));
    return spec;
}

}  // namespace aip::hosting
