#pragma once

#include <utility>

namespace aip::base {

/// Owns a file descriptor, or none.
class Descriptor {
  public:
    Descriptor() = default;
    explicit Descriptor(int descriptor) : _descriptor(descriptor) {}
    Descriptor(Descriptor&& other) noexcept : _descriptor(std::exchange(other._descriptor, -1)) {}
    Descriptor& operator=(Descriptor&& other) noexcept {
        std::swap(_descriptor, other._descriptor);
        return *this;
    }
    ~Descriptor();

    /// A duplicate, closed on exec; none if there is nothing to duplicate or that fails.
    Descriptor duplicate() const;

    explicit operator bool() const { return _descriptor >= 0; }
    int get() const { return _descriptor; }
    /// The caller owns it from now on.
    int release() { return std::exchange(_descriptor, -1); }

  private:
    int _descriptor = -1;
};

/// Opens /dev/null in the place of each of the descriptors 0 to 2 that is closed, so that no file or socket gets its
/// number and is taken for standard output. A write to a closed standard output still fails. First thing in main().
void occupyStandardDescriptors();

}  // namespace aip::base
