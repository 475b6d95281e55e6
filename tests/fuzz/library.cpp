// The library of a plugin, whose symbols are read before anything of it is trusted: they lie in the file.

#include "admission/exports.h"
#include "require.h"

#include <cstddef>
#include <functional>
#include <span>
#include <string_view>
#include <vector>

namespace {

using Image = std::span<const std::byte>;

bool lies(Image part, Image image) {
    const std::less_equal<> inOrder;
    const auto* last = part.data() + part.size();
    return part.empty() || (inOrder(image.data(), part.data()) && inOrder(last, image.data() + image.size()));
}

bool lies(std::string_view text, Image image) {
    return lies(std::as_bytes(std::span(text)), image);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const char* data, std::size_t size) {
    const std::vector<std::byte> file(reinterpret_cast<const std::byte*>(data),  // aligned as a mapped one
                                      reinterpret_cast<const std::byte*>(data) + size);
    const Image image(file);
    if (const auto exports = aip::admission::exportedSymbols(image)) {
        for (const auto& each : *exports) {
            require(lies(each.name, image) && lies(each.data, image), "an export lies in the file");
        }
        aip::admission::findExport(*exports, "aip_plugin_entry_v1");
    }
    if (const auto imports = aip::admission::importedSymbols(image)) {
        for (const auto names : {&imports->libraries, &imports->symbols}) {
            for (const auto name : *names) {
                require(lies(name, image), "an import lies in the file");
            }
        }
    }
    return 0;
}
