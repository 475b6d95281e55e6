#pragma once

#include "connection.h"
#include "hub.h"
#include "messages.h"
#include "tasks.h"

#include <memory>
#include <optional>
#include <string>

namespace aip::server {

/// What is said on one connection: the registration, then messages whose client_id and client_type are those of the
/// registration. After a first message that is not a registration, and after a binary frame, nothing is ever said
/// again. Only on the connection's serving thread.
class Conversation final : public Connection::Listener {
  public:
    Conversation(Hub& hub, Tasks& tasks, std::shared_ptr<Connection> connection);

    void onText(std::string message) override;
    void onBinary() override;

    /// The connection has ended: the device is offline and what it owed has failed.
    void onEnd();

  private:
    void registerDevice(const ClientMessage& message);
    void refuse(std::string reason);
    void handle(ClientMessage& message);
    std::optional<std::string> objection(const ClientMessage& message) const;
    void forget();

    Hub& _hub;
    Tasks& _tasks;
    std::shared_ptr<Connection> _connection;
    DevicePtr _device;  ///< set while registered
    bool _silent = false;
};

}  // namespace aip::server
