// plugin.json, and the schemas in it: compiled, and checked against the manifest itself.

#include "admission/manifest.h"

#include "require.h"
#include "schema/schema.h"

#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const char* data, std::size_t size) {
    const std::string_view text(data, size);
    const auto manifest = aip::admission::parseManifest(text);
    if (!manifest) {
        require(!manifest.error().text().empty(), "an error says what is wrong");
        return 0;
    }
    require(manifest->library.find('/') == std::string::npos, "the library is beside its manifest");
    for (const auto& tool : manifest->tools) {
        if (const auto schema = aip::schema::Schema::compile(tool.inputSchema)) {
            static_cast<void>(schema->check(text));
            static_cast<void>(schema->check("{}"));
        }
    }
    return 0;
}
