#include "runner/result_areas.h"

#include <algorithm>
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
    trim(place);
    _areas[place].inUse = true;
}

bool ResultAreas::write(std::uint32_t place, const Hosted::Pieces& json) {
    const std::size_t size = sizeOf(json);
    const bool large = size > link::largestInline;
    const bool written = large && _link.memory().write(json, link::areaOfResult(place));
    const std::lock_guard lock(_mutex);
    Area& area = _areas[place];
    if (written) {
        wrote(area, size);
    } else if (large) {
        area = {.inUse = true};
    } else {
        area.size = 0;  // what the call has written before is its result no more
    }
    return written;
}

link::Payload ResultAreas::end(std::uint32_t place, std::uint64_t number, const hosting::Outcome& outcome) {
    const std::string_view text = outcome.ok() ? outcome.json : outcome.error;
    const std::lock_guard lock(_mutex);
    Area& area = _areas[place];
    const auto payload = outcome.ok() && area.size > 0 ? link::Payload::inMemory(area.size) : link::Payload(text);
    area.inUse = false;
    if (payload.shared()) {
        wrote(area, payload.size);
        area.unread = number;
    } else if (area.held > 0) {  // perhaps since an earlier call; nobody will take it
        trim(place);
        _link.setPatience(keepResults);
    }
    return payload;
}

void ResultAreas::notSent(std::uint32_t place, std::uint64_t number) {
    const std::lock_guard lock(_mutex);
    if (_areas[place].unread == number) {
        _link.memory().free(link::areaOfResult(place));
        _areas[place] = {.inUse = _areas[place].inUse};
    }
}

void ResultAreas::taken(std::uint32_t place, std::uint64_t number) {
    const std::lock_guard lock(_mutex);
    if (place < _areas.size() && _areas[place].unread == number) {
        trim(place);
        _link.setPatience(keepResults);
    }
}

void ResultAreas::giveBack() {
    _link.setPatience(std::chrono::seconds(0));
    const std::lock_guard lock(_mutex);
    for (std::uint32_t place = 0; place < _areas.size(); ++place) {
        if (!_areas[place].inUse && _areas[place].unread == 0) {
            _link.memory().free(link::areaOfResult(place));
            _areas[place].held = 0;
        }
    }
}

void ResultAreas::wrote(Area& area, std::uint64_t size) {
    area.size = size;
    area.held = std::max(area.held, size);
}

/// The result in it is over, and its memory is kept: what is too much is given back by the others first, of which the
/// agent uses the later ones less, and by areas that may be written now not at all.
void ResultAreas::trim(std::uint32_t place) {
    _areas[place].size = 0;
    _areas[place].unread = 0;
    if (_areas[place].held == 0) {
        return;
    }
    const std::uint64_t all = std::accumulate(_areas.begin(), _areas.end(), std::uint64_t{0},
                                              [](std::uint64_t sum, const Area& each) { return sum + each.kept(); });
    std::uint64_t beyond = all - std::min(all, _mostKept);
    for (auto other = static_cast<std::uint32_t>(_areas.size()); beyond > 0 && other-- > 0;) {
        beyond -= other == place || _areas[other].inUse ? 0 : cut(other, beyond);
    }
    cut(place, beyond);
}

/// Gives back what it keeps, at most so many bytes. Returns how many.
std::uint64_t ResultAreas::cut(std::uint32_t place, std::uint64_t most) {
    Area& area = _areas[place];
    const std::uint64_t bytes = std::min(area.kept(), most);
    if (bytes > 0) {
        area.held -= bytes;
        _link.memory().free(link::areaOfResult(place), area.held);
    }
    return bytes;
}

}  // namespace aip::runner
