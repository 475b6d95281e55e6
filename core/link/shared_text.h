#pragma once

#include "base/descriptor.h"
#include "base/error.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace aip::link {

/// Memory without a name for one text after the other, which can be handed to another process. It is written and read,
/// not mapped: filling page tables takes longer than to copy. Kept for the next text, because fresh memory is slow.
class TextMemory {
  public:
    /// Puts `text` in the place of what was there, which nobody may be reading any more. EXHAUSTED: no memory for it.
    base::Result<void> write(std::string_view text);
    const base::Descriptor& descriptor() const { return _memory; }

  private:
    base::Descriptor _memory;
};

/// A copy of the first `size` bytes of what another process has put into `memory`, with base::jsonPadding bytes
/// allocated behind it. INVALID if it has less or is something else, which might have to be waited for; EXHAUSTED: no
/// memory for the copy.
base::Result<std::string> readText(const base::Descriptor& memory, std::uint64_t size);

}  // namespace aip::link
