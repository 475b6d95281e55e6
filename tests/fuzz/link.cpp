// The messages between agent and runner: an accepted frame is, byte for byte, what would be sent.

#include "hosting/plugin_spec.h"
#include "link/link_messages.h"
#include "require.h"

#include <string>

using namespace aip;

extern "C" int LLVMFuzzerTestOneInput(const char* data, std::size_t size) {
    const std::string_view bytes(data, size);
    if (const auto message = link::decode(bytes)) {
        const auto encoded = link::encode(*message);
        require(static_cast<bool>(encoded), "what has come fits into a frame");
        const link::Frame& frame = *encoded;
        require(frame.shared.empty(), "nothing is shared that did not come along");
        require(frame.head + std::string(frame.tail) == bytes, "a frame has one form only");
    } else {
        require(!message.error().text().empty(), "an error says what is wrong");
    }
    if (const auto spec = hosting::decodePluginSpec(bytes)) {
        require(hosting::encode(*spec) == bytes, "a description has one form only");
    }
    return 0;
}
