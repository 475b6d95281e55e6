#pragma once

#include <utility>

#include <unistd.h>

namespace aip::shell {

/// Owns a file descriptor; closes it at the end. -1 is none.
class Descriptor {
  public:
    explicit Descriptor(int fd = -1) : _fd(fd) {}
    Descriptor(Descriptor&& other) noexcept : _fd(std::exchange(other._fd, -1)) {}
    Descriptor& operator=(Descriptor&& other) noexcept {
        std::swap(_fd, other._fd);
        return *this;
    }
    ~Descriptor() { reset(); }

    int get() const { return _fd; }
    explicit operator bool() const { return _fd >= 0; }
    void reset() {
        if (_fd >= 0) {
            ::close(std::exchange(_fd, -1));
        }
    }

  private:
    int _fd;
};

}  // namespace aip::shell
