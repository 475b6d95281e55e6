#pragma once

#include <cstdint>
#include <string>

namespace aip::tests {

/// A port of 127.0.0.1 that stays ours: open, connections are accepted; shut, they are refused. One thread.
class Door {
  public:
    /// On a free port, open.
    Door();
    ~Door();
    Door(const Door&) = delete;
    Door& operator=(const Door&) = delete;

    std::uint16_t port() const { return _port; }
    /// ws://127.0.0.1:port/ws
    std::string url() const { return "ws://127.0.0.1:" + std::to_string(_port) + "/ws"; }

    void shut();
    void open();
    bool isOpen() const { return _open; }

    /// The next connection that waits, without Nagle's delay; -1 if there is none.
    int accept() const;
    /// Readable when one waits.
    int descriptor() const { return _socket; }

  private:
    void bind();

    int _socket = -1;
    std::uint16_t _port = 0;
    bool _open = false;
};

/// A connection to a port of this machine, without Nagle's delay; -1 if it is refused.
int connectTo(std::uint16_t port);

}  // namespace aip::tests
