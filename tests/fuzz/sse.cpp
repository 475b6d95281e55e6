// What a server sends as a stream of events: the events are the same however the bytes are cut.

#include "http/sse_reader.h"
#include "require.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace {

constexpr std::size_t longestEvent = 200;

std::vector<std::string> eventsIn(std::string_view stream, std::size_t piece) {
    std::vector<std::string> events;
    aip::http::SseReader reader(longestEvent);
    for (std::size_t at = 0; at < stream.size(); at += piece) {
        const bool fits = reader.feed(stream.substr(at, piece), [&](std::string_view data) {
            require(!data.empty() && data.size() <= longestEvent, "an event has data, and a limit");
            events.emplace_back(data);
        });
        if (!fits) {
            events.emplace_back();
            return events;
        }
    }
    return events;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const char* data, std::size_t size) {
    const std::string_view stream(data, size);
    require(eventsIn(stream, 1) == eventsIn(stream, size + 1), "the pieces do not count");
    return 0;
}
