#pragma once

#include "hosting/call.h"
#include "link/link.h"
#include "runner/hosted.h"

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <vector>

namespace aip::runner {

/// Large results: one area of the memory that is shared with the agent for each place. The memory of an area is kept
/// for the next result, of all areas `mostKept` bytes together: what is beyond that is given back as soon as its result
/// is over, all of it after a while without messages, but nothing while the agent may still read it. Any thread; the
/// functions for one call follow each other.
class ResultAreas {
  public:
    static constexpr std::uint64_t keptByDefault = 64UL << 20U;

    explicit ResultAreas(link::Link& link, std::uint64_t mostKept = keptByDefault) : _link(link), _mostKept(mostKept) {}

    /// Before the first call.
    void setPlaces(std::size_t count) { _areas.resize(count); }

    /// A call begins in that place: the agent has read the result of the one before.
    void begin(std::uint32_t place);
    /// False if the result is not large, or there is no memory for it.
    bool write(std::uint32_t place, const Hosted::Pieces& json);
    /// The call is over: the payload of its Finished, which is sent then. A view of `outcome`.
    link::Payload end(std::uint32_t place, std::uint64_t number, const hosting::Outcome& outcome);
    /// That Finished could not be sent as it was.
    void notSent(std::uint32_t place, std::uint64_t number);
    /// The agent has read the result of that call.
    void taken(std::uint32_t place, std::uint64_t number);

    /// There was no message for a while.
    void giveBack();

  private:
    struct Area {
        bool inUse = false;
        std::uint64_t size = 0;    ///< of the result under way, if it has been written
        std::uint64_t unread = 0;  ///< the number of the call whose result the agent may still have to read, or 0
        std::uint64_t held = 0;    ///< bytes of memory that it has, perhaps more than the result under way needs

        std::uint64_t kept() const { return held - size; }
    };

    static void wrote(Area& area, std::uint64_t size);
    void trim(std::uint32_t place);
    std::uint64_t cut(std::uint32_t place, std::uint64_t most);

    link::Link& _link;
    const std::uint64_t _mostKept;
    std::mutex _mutex;
    std::vector<Area> _areas;
};

}  // namespace aip::runner
