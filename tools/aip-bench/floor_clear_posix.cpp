#include "floor_wire.h"

#include <sys/socket.h>

namespace aip::bench {

FloorWire::FloorWire(int socket) : _socket(socket) {}

ssize_t FloorWire::read(char* out, std::size_t room) const {
    return ::recv(_socket, out, room, 0);
}

ssize_t FloorWire::write(const char* bytes, std::size_t size) const {
    return ::send(_socket, bytes, size, MSG_NOSIGNAL);
}

}  // namespace aip::bench
