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
/// for the next result and given back after a while without messages, but never while the agent may still read it.
/// Any thread; the functions for one call follow each other.
class ResultAreas {
  public:
    explicit ResultAreas(link::Link& link) : _link(link) {}

    /// Before the first call.
    void setPlaces(std::size_t count) { _areas.resize(count); }

    /// A call begins in that place.
    void begin(std::uint32_t place);
    /// False if the result is not large, or there is no memory for it.
    bool write(std::uint32_t place, const Hosted::Pieces& json);
    /// The call is over: the payload of its Finished, which is sent then. A view of `outcome`.
    link::Payload end(std::uint32_t place, std::uint64_t number, const hosting::Outcome& outcome);
    /// The agent has read the result of that call.
    void taken(std::uint32_t place, std::uint64_t number);

    /// There was no message for a while.
    void giveBack();

  private:
    struct Area {
        bool inUse = false;
        std::uint64_t size = 0;    ///< of the current result, if it has been written
        std::uint64_t unread = 0;  ///< the number of the call whose result the agent may still have to read, or 0
        bool filled = false;       ///< it may hold memory
    };

    link::Link& _link;
    std::mutex _mutex;
    std::vector<Area> _areas;
};

}  // namespace aip::runner
