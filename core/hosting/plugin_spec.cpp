#include "hosting/plugin_spec.h"

#include "base/packing.h"

#include <algorithm>
#include <functional>
#include <iterator>
#include <utility>

namespace aip::hosting {
namespace {

using KeyAndValue = std::pair<std::string, std::string>;

/// The fields, once for both directions.
void fields(auto& all, auto& spec, auto& host) {
    all(spec.id, spec.version, spec.configJson, spec.extensions);
    all.each(spec.tools, [](auto& of, auto& tool) { of(tool.nameSpace, tool.type, tool.name); });
    all.each(host, [](auto& of, auto& setting) { of(setting.first, setting.second); });
}

}  // namespace

bool PluginSpec::promises(std::string_view extension) const {
    return std::ranges::find(extensions, extension) != extensions.end();
}

std::string encode(const PluginSpec& spec) {
    base::Packer packer;
    fields(packer, spec, spec.host);
    return std::move(packer.bytes());
}

base::Result<PluginSpec> decodePluginSpec(std::string_view text) {
    PluginSpec spec;
    std::vector<KeyAndValue> host;
    base::Unpacker unpacker(text);
    fields(unpacker, spec, host);
    const bool ordered = std::ranges::adjacent_find(host, std::greater_equal<>(), &KeyAndValue::first) == host.end();
    if (!unpacker.finished() || !ordered) {
        return base::Error(base::Code::invalid, "a description of a plugin that is not well-formed");
    }
    spec.host.insert(std::move_iterator(host.begin()), std::move_iterator(host.end()));
    return spec;
}

}  // namespace aip::hosting
