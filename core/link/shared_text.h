#pragma once

#include "base/descriptor.h"
#include "base/error.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace aip::link {

/// Anonymous memory for long texts, which can be passed to another process. It has areas, each for one text at a time.
/// It is written and read, never mapped: filling page tables is slower than copying, and nothing that another process
/// does to it can be a fault in this one. An area is reused for the next text, because fresh memory is slow. Any
/// thread; the callers see to it that an area is not written while somebody reads it.
///
/// The agent writes only to memory that no other process has yet: whoever has it can block the writers of all areas
/// (the system has one lock for them), but not the readers.
class TextMemory {
  public:
    /// EXHAUSTED: the system is short of descriptors.
    static base::Result<TextMemory> make();
    /// What another process has made; none: there is no memory.
    explicit TextMemory(base::Descriptor memory = {}) : _memory(std::move(memory)) {}

    /// Replaces the text of the area. EXHAUSTED: no memory for it, and the area has none either. RLIMIT_FSIZE of this
    /// process must allow for `areaSize` bytes for each area.
    base::Result<void> write(std::string_view text, std::uint32_t area = 0) const {
        return write(std::vector{text}, area);
    }
    /// The pieces, one after the other, are the text.
    base::Result<void> write(const std::vector<std::string_view>& pieces, std::uint32_t area = 0) const;
    /// A copy of the first `size` bytes of an area, with capacity for base::jsonPadding more bytes. INVALID if there
    /// are not so many; EXHAUSTED: no memory for the copy. Somebody else may write meanwhile: judge the copy only.
    base::Result<std::string> read(std::uint64_t size, std::uint32_t area = 0) const;
    /// Gives its memory from that byte on back to the system.
    void free(std::uint32_t area, std::uint64_t from = 0) const;

    const base::Descriptor& descriptor() const { return _memory; }

    static constexpr std::uint64_t areaSize = 4UL << 30U;

  private:
    bool writeAt(std::uint64_t at, std::string_view piece) const;

    base::Descriptor _memory;
};

}  // namespace aip::link
