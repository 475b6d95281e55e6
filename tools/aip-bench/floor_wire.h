#pragma once

#include <cstddef>
#include <memory>

#include <sys/types.h>

namespace aip::bench {

/// A connection of a floor, in the clear (floor_clear_posix.cpp) or over TLS, with no look at the server's certificate
/// (floor_tls_posix.cpp). Each is a program of its own: a library that is only linked would count as the floor's.
class FloorWire {
  public:
    /// `socket` is connected. Throws std::runtime_error.
    explicit FloorWire(int socket);

    /// As recv() and send() return.
    ssize_t read(char* out, std::size_t room) const;
    ssize_t write(const char* bytes, std::size_t size) const;

  private:
    int _socket;
    std::shared_ptr<void> _tls;
};

}  // namespace aip::bench
