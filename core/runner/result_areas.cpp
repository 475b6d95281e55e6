#include "runner/result_areas.h"

#include <chrono>
#include <numeric>
#include <string_view>

namespace aip::runner {
namespace {

/// The memory of a large result is kept so long for the next one.
constexpr std::chrono::seconds keepResults{2};

std::size_t sizeOf(const Hosted::Pieces& pieces) {
    return std::accumulate(pieces.begin(), pieces.end(), std::size_t{0},
                           [](std::size_t sum, std::string_view piece) { return sum + piece.size(); });
}

}  // namespace

void ResultAreas::begin(std::uint32_t place) {
    const std::lock_guard lock(_mutex);
    _areas[place] = {.inUse = true, .filled = _areas[place].filled};
}

bool ResultAreas::write(std::uint32_t place, const Hosted::Pieces& json) {
    const std::size_t size = sizeOf(json);
    const bool written =
        size > link::largestInline && static_cast<bool>(_link.memory().write(json, link::areaOfResult(place)));
    const std::lock_guard lock(_mutex);
    _areas[place].size = written ? size : 0;
    _areas[place].filled = _areas[place].filled || written;
    return written;
}

link::Payload ResultAreas::end(std::uint32_t place, std::uint64_t number, const hosting::Outcome& outcome) {
    const std::string_view text = outcome.ok() ? outcome.json : outcome.error;
    const std::lock_guard lock(_mutex);
    Area& area = _areas[place];
    const auto payload = outcome.ok() && area.size > 0 ? link::Payload::inMemory(area.size) : link::Payload(text);
    if (area.filled && !payload.shared()) {  // perhaps since an earlier call; nobody will take it
        _link.setPatience(keepResults);
    }
    area = {.unread = payload.shared() ? number : 0, .filled = area.filled || payload.shared()};
    return payload;
}

void ResultAreas::taken(std::uint32_t place, std::uint64_t number) {
    const std::lock_guard lock(_mutex);
    if (place < _areas.size() && _areas[place].unread == number) {
        _areas[place].unread = 0;
        _link.setPatience(keepResults);
    }
}

void ResultAreas::giveBack() {
    _link.setPatience(std::chrono::seconds(0));
    const std::lock_guard lock(_mutex);
    for (std::uint32_t place = 0; place < _areas.size(); ++place) {
        if (!_areas[place].inUse && _areas[place].unread == 0) {
            _link.memory().free(link::areaOfResult(place));
            _areas[place].filled = false;
        }
    }
}

}  // namespace aip::runner
