#include "tasks.h"

#include "base/json_text.h"
#include "base/uuid.h"
#include "log.h"

#include <algorithm>

namespace aip::server {
namespace {

using base::Code;
using base::Error;

std::string failure(std::string_view reason) {
    return R"({"failure":)" + base::jsonString(reason) + "}";
}

/// What TASK_END carries: one entry for each step, in the reference's shape.
std::string taskResult(const std::vector<std::string>& steps, const std::string& request, bool completed) {
    if (steps.empty() && !completed) {
        return failure("session ended with an error");
    }
    std::string out = "[";
    for (const auto& results : steps) {
        out += out.size() > 1 ? R"(,{"request":)" : R"({"request":)";
        base::appendJsonString(out, request);
        out.append(",\"result\":").append(results).append("}");
    }
    return out += ']';
}

}  // namespace

base::Result<Tasks::Dispatched> Tasks::dispatch(const std::string& clientId, const std::string& request,
                                                std::optional<std::string> taskName) {
    const DevicePtr device = _hub.find(clientId);
    if (!device) {
        return Error(Code::notFound, "Client not online");
    }
    Dispatched dispatched{taskName ? std::move(*taskName) : base::uuid4(), base::uuid4()};
    {
        const std::lock_guard lock(_mutex);
        _dispatched[dispatched.taskName] = device;
        _results.erase(dispatched.taskName);
        std::erase(_finished, dispatched.taskName);
    }
    base::log::info("task dispatched client={} task={} session={}", inQuotes(clientId), inQuotes(dispatched.taskName),
                    dispatched.sessionId);
    const bool sent = device->connection->send(encode({.type = "task",
                                                       .status = "continue",
                                                       .userRequest = request,
                                                       .sessionId = dispatched.sessionId,
                                                       .taskName = dispatched.taskName}));
    if (!sent) {
        abandon(device);
    }
    return dispatched;
}

void Tasks::start(const DevicePtr& device, const ClientMessage& message) {
    const auto orNew = [](const std::optional<std::string>& id) { return id && !id->empty() ? *id : base::uuid4(); };
    Playing task{device, orNew(message.sessionId), orNew(message.taskName), message.request.value_or("")};
    device->connection->send(acknowledgement(task.sessionId));
    base::log::info("task started client={} task={} session={}", inQuotes(device->clientId), inQuotes(task.taskName),
                    inQuotes(task.sessionId));

    const std::lock_guard lock(_mutex);
    _dispatched.erase(task.taskName);
    std::erase_if(_threads,
                  [](auto& thread) { return thread.wait_for(std::chrono::seconds(0)) == std::future_status::ready; });
    _threads.push_back(std::async(std::launch::async, [this, task = std::move(task)] { play(task); }));
}

void Tasks::play(const Playing& task) {
    std::vector<std::string> results;
    for (const Step& step : _scenario.steps) {
        const Batch batch{task.device,        task.sessionId, _scenario.agentName,
                          _scenario.rootName, task.taskName,  withCallIds(step.commands),
                          step.timeout};
        auto answer = _hub.run(batch);
        if (!answer && answer.error().code() != Code::deadline) {
            base::log::warn("task lost task={} session={} reason={}", inQuotes(task.taskName), inQuotes(task.sessionId),
                            inQuotes(answer.error().text()));
            return finish(task.taskName, failure(answer.error().text()));
        }
        results.push_back(answer ? std::move(answer->results) : failureResults(batch.commands, answer.error().text()));
    }
    std::string result = taskResult(results, task.request, _scenario.endStatus == "completed");
    finish(task.taskName, result);
    base::log::info("task ended task={} session={} status={}", inQuotes(task.taskName), inQuotes(task.sessionId),
                    _scenario.endStatus);
    task.device->connection->send(encode({.type = "task_end",
                                          .status = _scenario.endStatus,
                                          .error = _scenario.endError,
                                          .sessionId = task.sessionId,
                                          .result = std::move(result)}));
}

void Tasks::finish(const std::string& taskName, std::string result) {
    const std::lock_guard lock(_mutex);
    std::erase(_finished, taskName);
    _finished.push_back(taskName);
    _results[taskName] = std::move(result);
    if (_finished.size() > keptResults) {
        _results.erase(_finished.front());
        _finished.pop_front();
    }
}

std::optional<std::string> Tasks::result(const std::string& taskName) const {
    const std::lock_guard lock(_mutex);
    const auto found = _results.find(taskName);
    return found != _results.end() ? std::optional(found->second) : std::nullopt;
}

void Tasks::abandon(const DevicePtr& device) {
    std::vector<std::string> lost;
    {
        const std::lock_guard lock(_mutex);
        std::erase_if(_dispatched, [&](const auto& item) {
            if (item.second == device) {
                lost.push_back(item.first);
            }
            return item.second == device;
        });
    }
    for (const auto& taskName : lost) {
        finish(taskName, failure("device disconnected"));
    }
}

void Tasks::join() {
    std::vector<std::future<void>> threads;
    {
        const std::lock_guard lock(_mutex);
        threads.swap(_threads);
    }
    for (const auto& thread : threads) {
        thread.wait();
    }
}

}  // namespace aip::server
