#include "hosting/plugin_spec.h"

#include "base/packing.h"

#include <algorithm>
#include <functional>
#include <iterator>
#include <utility>

namespace aip::hosting {
namespace {

using KeyAndValue = std::pair<std::string, std::string>;
using CodeSpec = std::variant<LibrarySpec, ProgramSpec, ServerSpec>;

/// The fields, once for both directions.
void fields(auto& all, auto& spec, auto& host) {
    all(spec.id, spec.version, spec.configJson, spec.extensions);
    all.each(spec.tools, [](auto& of, auto& tool) { of(tool.nameSpace, tool.type, tool.name); });
    all.each(host, [](auto& of, auto& setting) { of(setting.first, setting.second); });
}

/// The same for each kind of code; `number` stands for its enumeration.
void codeFields(auto& all, auto& library, LibrarySpec* /*kind*/, std::uint8_t& /*number*/) {
    all(library.file);
}

void codeFields(auto& all, auto& program, ProgramSpec* /*kind*/, std::uint8_t& number) {
    all(number, program.command);
    all.each(program.files, [](auto& of, auto& file) { of(file.name, file.sha256); });
}

void codeFields(auto& all, auto& server, ServerSpec* /*kind*/, std::uint8_t& number) {
    auto& tls = server.tls;
    auto& proxy = server.proxy;
    all(tls.caFile, tls.ca, tls.certificateFile, tls.certificate, tls.privateKeyFile, tls.privateKey, tls.publicKeys);
    all(proxy.url, proxy.credentials, proxy.setting, proxy.credentialsSetting);
    all(number, server.command, server.folder, server.environment, server.url, server.headers, server.nameSpace,
        server.toolType, server.prefix, server.allowed, server.pins, server.fixedArguments, server.timeoutMs,
        server.maxTimeoutMs, server.maxResultSize);
}

std::uint8_t numberOf(const LibrarySpec& /*library*/) {
    return 0;
}
std::uint8_t numberOf(const auto& code) {
    return static_cast<std::uint8_t>(code.protocol);
}

bool setNumber(LibrarySpec& /*library*/, std::uint8_t /*number*/) {
    return true;
}
bool setNumber(ProgramSpec& program, std::uint8_t number) {
    program.protocol = static_cast<ProgramSpec::Protocol>(number);
    return !program.command.empty() && number <= static_cast<std::uint8_t>(ProgramSpec::Protocol::stdio);
}
bool setNumber(ServerSpec& server, std::uint8_t number) {
    server.protocol = static_cast<ServerSpec::Protocol>(number);
    return server.command.empty() != server.url.empty() &&
           number <= static_cast<std::uint8_t>(ServerSpec::Protocol::modern);
}

void pack(base::Packer& packer, const CodeSpec& code) {
    packer(static_cast<std::uint8_t>(code.index()));
    std::visit(
        [&]<typename Code>(const Code& known) {
            std::uint8_t number = numberOf(known);
            codeFields(packer, known, static_cast<Code*>(nullptr), number);
        },
        code);
}

template <typename Code>
bool unpackAs(base::Unpacker& unpacker, CodeSpec& code) {
    std::uint8_t number = 0;
    Code& known = code.emplace<Code>();
    codeFields(unpacker, known, static_cast<Code*>(nullptr), number);
    return setNumber(known, number);
}

/// False if no kind of code has this number.
bool unpack(base::Unpacker& unpacker, CodeSpec& code) {
    std::uint8_t kind = 0;
    unpacker(kind);
    switch (kind) {
        case 0:
            return unpackAs<LibrarySpec>(unpacker, code);
        case 1:
            return unpackAs<ProgramSpec>(unpacker, code);
        case 2:
            return unpackAs<ServerSpec>(unpacker, code);
        default:
            return false;
    }
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
