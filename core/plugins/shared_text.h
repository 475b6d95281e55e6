#pragma once

#include "base/error.h"
#include "plugins/descriptor.h"

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace aip::plugins {

/// Copies `text` to memory without a name that can be handed to another process and cannot be changed any more.
base::Result<Descriptor> shareText(std::string_view text);

/// Text that another process has shared, mapped read-only for as long as the object lives.
class SharedText {
  public:
    /// INVALID unless `memory` is sealed: else it could change while it is read, or vanish, which would be SIGBUS.
    /// `size` bytes must be in it.
    static base::Result<SharedText> map(const Descriptor& memory, std::uint64_t size);

    SharedText() = default;
    SharedText(SharedText&& other) noexcept;
    SharedText& operator=(SharedText&& other) noexcept;
    ~SharedText();

    std::string_view text() const { return {static_cast<const char*>(_data), _size}; }

  private:
    SharedText(void* data, std::size_t size) : _data(data), _size(size) {}

    void* _data = nullptr;
    std::size_t _size = 0;
};

}  // namespace aip::plugins
