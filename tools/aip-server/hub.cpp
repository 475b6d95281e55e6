#include "hub.h"

#include "base/uuid.h"

#include <fmt/core.h>

#include <functional>

namespace aip::server {
namespace {

using base::Code;
using base::Error;

constexpr auto lost = "device disconnected";

std::string encodeCommand(const Batch& batch, const std::string& responseId) {
    return encode({.type = "command",
                   .status = "continue",
                   .agentName = batch.agentName,
                   .processName = "",
                   .rootName = batch.rootName,
                   .actions = encode(batch.commands),
                   .sessionId = batch.sessionId,
                   .taskName = batch.taskName,
                   .responseId = responseId});
}

}  // namespace

bool Hub::reserve(const DevicePtr& device) {
    const std::lock_guard lock(_mutex);
    return _clients.try_emplace(device->clientId, Entry{device, false}).second;
}

void Hub::setOnline(const DevicePtr& device) {
    const std::lock_guard lock(_mutex);
    _clients.at(device->clientId).online = true;
}

void Hub::remove(const DevicePtr& device) {
    {
        const std::lock_guard lock(_mutex);
        _clients.erase(device->clientId);
    }
    endWaits([&](const Waiting& waiting) { return waiting.device == device; }, Error(Code::unavailable, lost));
}

std::vector<std::string> Hub::onlineClients() const {
    const std::lock_guard lock(_mutex);
    std::vector<std::string> ids;
    for (const auto& [id, entry] : _clients) {
        if (entry.online) {
            ids.push_back(id);
        }
    }
    return ids;
}

DevicePtr Hub::find(const std::string& clientId) const {
    const std::lock_guard lock(_mutex);
    const auto found = _clients.find(clientId);
    return found != _clients.end() && found->second.online ? found->second.device : nullptr;
}

base::Result<Answer> Hub::run(const Batch& batch) {
    const std::string responseId = base::uuid4();
    auto outcome = enlist(responseId, batch);
    if (!outcome) {
        return std::move(outcome).error();
    }
    if (!batch.device->connection->send(encodeCommand(batch, responseId))) {
        return abandon(responseId, *outcome, {Code::unavailable, lost});
    }
    if (outcome->wait_for(batch.timeout) != std::future_status::ready) {
        const double seconds = std::chrono::duration<double>(batch.timeout).count();
        return abandon(responseId, *outcome,
                       {Code::deadline, fmt::format("no answer from the device within {} s", seconds)});
    }
    return outcome->get();
}

/// Checks that the device is there and starts to wait for it in one step, so that its loss cannot fall in between.
base::Result<std::future<Hub::Outcome>> Hub::enlist(const std::string& responseId, const Batch& batch) {
    const std::lock_guard lock(_mutex);
    if (_stopped) {
        return Error(Code::unavailable, "the server is stopping");
    }
    const auto found = _clients.find(batch.device->clientId);
    if (found == _clients.end() || found->second.device != batch.device) {
        return Error(Code::unavailable, lost);
    }
    Waiting& waiting = _waiting[responseId];
    waiting.device = batch.device;
    waiting.sessionId = batch.sessionId;
    return waiting.outcome.get_future();
}

/// The error, unless an outcome has come in the meantime.
Hub::Outcome Hub::abandon(const std::string& responseId, std::future<Outcome>& outcome, const Error& error) {
    {
        const std::lock_guard lock(_mutex);
        if (_waiting.erase(responseId) > 0) {
            return error;
        }
    }
    return outcome.get();
}

bool Hub::deliver(const DevicePtr& device, ClientMessage& message) {
    decltype(_waiting)::node_type node;
    {
        const std::lock_guard lock(_mutex);
        const auto found = _waiting.find(message.prevResponseId.value_or(""));
        if (found == _waiting.end() || found->second.device != device || found->second.sessionId != message.sessionId) {
            return false;
        }
        node = _waiting.extract(found);
    }
    node.mapped().outcome.set_value(Answer{node.key(), std::move(message.actionResults)});
    return true;
}

void Hub::endWaits(const std::function<bool(const Waiting&)>& concerned, const Error& error) {
    const std::lock_guard lock(_mutex);
    for (auto next = _waiting.begin(); next != _waiting.end();) {
        const auto current = next++;
        if (concerned(current->second)) {
            current->second.outcome.set_value(error);
            _waiting.erase(current);
        }
    }
}

void Hub::stop() {
    {
        const std::lock_guard lock(_mutex);
        _stopped = true;
    }
    endWaits([](const Waiting&) { return true; }, Error(Code::unavailable, "the server is stopping"));
}

}  // namespace aip::server
