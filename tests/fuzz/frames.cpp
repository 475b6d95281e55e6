// The frames of a server, cut anywhere: the events do not depend on the cuts, which the first byte seeds.

#include "base/json_text.h"
#include "require.h"
#include "transport/message_reader.h"

#include <algorithm>
#include <cstring>
#include <random>
#include <string>
#include <vector>

using namespace aip::transport;

namespace {

constexpr std::size_t maxMessageSize = 4096;
constexpr std::size_t maxFragments = 16;

std::string described(const Event& event) {
    struct Describe {
        std::string operator()(const IncomingMessage& message) const {
            require(message.data.size() <= maxMessageSize, "a message keeps its limit");
            require(message.data.capacity() >= message.data.size() + aip::base::jsonPadding, "a message is padded");
            return (message.binary ? "binary " : "text ") + std::string(message.data.view());
        }
        std::string operator()(const Ping& ping) const { return "ping " + ping.payload; }
        std::string operator()(const Pong&) const { return "pong"; }
        std::string operator()(const CloseFrame& close) const {
            require(aip::base::isUtf8(close.reason), "a reason is UTF-8");
            return "close " + std::to_string(close.code) + close.reason;
        }
        std::string operator()(const Violation& violation) const { return "violation " + violation.text; }
    };
    return std::visit(Describe(), event);
}

/// The events of `bytes`, of which at most `cut()` arrive at a time.
template <typename Cut>
std::vector<std::string> eventsOf(std::string_view bytes, Cut cut) {
    MessageReader reader(maxMessageSize, maxFragments);
    std::vector<std::string> events;
    while (!bytes.empty()) {
        const auto space = reader.space();
        require(!space.empty(), "there is always space");
        const auto count = std::min({cut(), space.size(), bytes.size()});
        std::memcpy(space.data(), bytes.data(), count);
        bytes.remove_prefix(count);
        reader.received(count);
        while (auto event = reader.next()) {
            events.push_back(described(*event));
            if (std::holds_alternative<CloseFrame>(*event) || std::holds_alternative<Violation>(*event)) {
                return events;
            }
        }
    }
    return events;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const char* data, std::size_t size) {
    if (size == 0) {
        return 0;
    }
    std::minstd_rand random(static_cast<unsigned char>(*data));
    const std::string_view bytes(data + 1, size - 1);
    const auto whole = eventsOf(bytes, [&] { return bytes.size(); });
    const auto pieces = eventsOf(bytes, [&] { return 1 + random() % 32; });
    require(whole == pieces, "the cuts do not matter");
    return 0;
}
