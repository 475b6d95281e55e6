#pragma once

#include "protocol/messages.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace aip::protocol {

/// The JSON text of a message in pieces, to be concatenated. A large result is a piece of its own and is not copied.
using Pieces = std::vector<std::string>;
std::size_t size(const Pieces& pieces);

/// What a COMMAND_RESULTS repeats of its COMMAND.
struct CommandHead {
    Status status = Status::continues;
    std::optional<std::string> sessionId;
    std::optional<std::string> responseId;
};

/// A TASK that this device asks the server to run.
struct TaskRequest {
    std::optional<std::string> request;
    std::string taskName;
    std::optional<std::string> sessionId;
    std::string platform;
};

/// Writes the messages of this device: every field, nulls included, in the order of the reference. Immutable; any
/// thread. `now` is base::timestamp(); `requestId` a UUID; `...Json` is JSON text that is spliced in as it is.
class Encoder {
  public:
    explicit Encoder(std::string clientId) : _clientId(std::move(clientId)) {}

    Pieces registration(std::string_view metadataJson, std::string_view now) const;
    Pieces heartbeat(std::string_view now) const;
    Pieces task(const TaskRequest& task, std::string_view requestId, std::string_view now) const;
    Pieces commandResults(const CommandHead& head, std::vector<ActionResult> results, std::string_view requestId,
                          std::string_view now) const;
    Pieces error(std::string_view text, std::string_view now) const;
    Pieces deviceInfo(std::string_view systemInfoJson, std::string_view responseId, std::string_view now) const;

  private:
    std::string _clientId;
};

}  // namespace aip::protocol
