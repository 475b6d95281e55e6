#pragma once

#include "tests/support/chaos_pipe.h"

#include <cstdint>
#include <vector>

#include <poll.h>

namespace aip::tests {

/// One connection through the chaos proxy: a socket to the client, one to the server, a pipe each way. One thread.
class ChaosLink {
  public:
    using TimePoint = ChaosPipe::TimePoint;

    /// Takes an accepted socket; connects it to this port of the server, if the plan says so.
    ChaosLink(int client, std::uint16_t server, const Plan& plan);
    ~ChaosLink();
    ChaosLink(const ChaosLink&) = delete;
    ChaosLink& operator=(const ChaosLink&) = delete;

    void strike(const Plan& plan);

    /// Adds what it waits for.
    void addTo(std::vector<pollfd>& polled, TimePoint now) const;
    /// When it has to move although no socket has anything to say.
    TimePoint next(TimePoint now) const;
    /// Does what can be done now. False once there is nothing left of it.
    bool move(TimePoint now);

  private:
    /// A socket (-1 once closed), and the pipes that begin and end there.
    struct Side {
        int socket;
        ChaosPipe& in;
        ChaosPipe& out;
        bool told = false;  ///< that the other side is gone
    };

    void receive(Side& side, TimePoint now);
    void send(Side& side, TimePoint now);
    void tellTheEnd(Side& side);
    void broken(Side& side, Side& other);
    void cut();
    void drop(Side& side) const;

    ChaosPipe _toServer;
    ChaosPipe _toClient;
    Side _client;
    Side _server;
    bool _reset;
};

}  // namespace aip::tests
