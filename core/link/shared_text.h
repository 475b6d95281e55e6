#pragma once

#include "base/descriptor.h"
#include "base/error.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace aip::link {

/// Anonymous memory for one text at a time, which can be passed to another process. It is written and read, not mapped:
/// filling page tables is slower than copying. Reused for the next text, because fresh memory is slow. One thread.
class TextMemory {
  public:
    /// Replaces the text; the old one must not be read any more. EXHAUSTED: no memory for it.
    base::Result<void> write(std::string_view text) { return write(std::vector{text}); }
    /// The pieces, one after the other, are the text.
    base::Result<void> write(const std::vector<std::string_view>& pieces);
    const base::Descriptor& descriptor() const { return _memory; }

  private:
    bool writeAt(std::int64_t at, std::string_view piece) const;

    base::Descriptor _memory;
};

/// Whether it is memory of that kind. Never blocks, whatever it is.
bool isMemory(const base::Descriptor& descriptor);

/// A copy of the first `size` bytes that another process has written to `memory`, with capacity for base::jsonPadding
/// more bytes. INVALID if it is shorter, or is not memory (reading something else might block); EXHAUSTED: no memory
/// for the copy.
base::Result<std::string> readText(const base::Descriptor& memory, std::uint64_t size);

}  // namespace aip::link
