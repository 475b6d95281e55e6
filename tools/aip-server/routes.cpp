#include "routes.h"

#include "base/json_text.h"
#include "base/uuid.h"
#include "json.h"

#include <fmt/core.h>

namespace aip::server {
namespace {

using base::Code;
using base::jsonString;

constexpr double defaultTimeoutSeconds = 60;

RestResponse ok(std::string body) {
    return {200, std::move(body)};
}

RestResponse refused(const base::Error& error) {
    switch (error.code()) {
        case Code::notFound:
            return restError(404, error.text());
        case Code::deadline:
            return restError(504, error.text());
        case Code::unavailable:
            return restError(503, error.text());
        default:
            return restError(400, error.text());
    }
}

const base::Error notOnline(Code::notFound, "Client not online");

}  // namespace

RestResponse restError(int status, std::string_view detail) {
    return {status, R"({"detail":)" + jsonString(detail) + "}"};
}

/// A path that ends in '/' takes what follows as its parameter.
struct Routes::Route {
    std::string_view method;
    std::string_view path;
    RestResponse (Routes::*handle)(const std::string& parameter, const std::string& body) const;
};

RestResponse Routes::answer(const RestRequest& request) const {
    static constexpr Route table[] = {
        {"GET", "/api/health", &Routes::health},      {"GET", "/api/clients", &Routes::clients},
        {"GET", "/api/clients/", &Routes::client},    {"GET", "/api/task_result/", &Routes::taskResult},
        {"POST", "/api/dispatch", &Routes::dispatch}, {"POST", "/api/commands", &Routes::commands},
        {"POST", "/api/task_end", &Routes::taskEnd},
    };
    bool known = false;
    for (const Route& route : table) {
        const bool takesParameter = route.path.ends_with('/');
        if (takesParameter ? !request.path.starts_with(route.path) : request.path != route.path) {
            continue;
        }
        known = true;
        if (request.method == route.method) {
            return (this->*route.handle)(request.path.substr(route.path.size()), request.body);
        }
    }
    return known ? restError(405, "Method Not Allowed") : restError(404, "Not Found");
}

RestResponse Routes::health(const std::string& /*parameter*/, const std::string& /*body*/) const {
    return ok(R"({"status":"healthy","online_clients":)" + jsonArray(_hub.onlineClients()) + "}");
}

RestResponse Routes::clients(const std::string& /*parameter*/, const std::string& /*body*/) const {
    return ok(R"({"online_clients":)" + jsonArray(_hub.onlineClients()) + "}");
}

RestResponse Routes::client(const std::string& parameter, const std::string& /*body*/) const {
    const DevicePtr device = _hub.find(parameter);
    if (!device) {
        return refused(notOnline);
    }
    return ok(fmt::format(
        R"({{"client_id":{},"client_type":{},"platform":{},"connected_at":{},"system_info":{},"metadata":{}}})",
        jsonString(device->clientId), jsonString(device->clientType), jsonString(device->platform),
        jsonString(device->connectedAt), device->systemInfo, device->metadata));
}

RestResponse Routes::taskResult(const std::string& parameter, const std::string& /*body*/) const {
    const auto result = _tasks.result(parameter);
    return ok(result ? R"({"status":"done","result":)" + *result + "}" : R"({"status":"pending"})");
}

RestResponse Routes::dispatch(const std::string& /*parameter*/, const std::string& body) const {
    const auto object = parseObject(body);
    if (!object) {
        return refused(object.error());
    }
    JsonReader reader(*object);
    const std::string clientId = reader.string("client_id").value_or("");
    const std::string request = reader.string("request").value_or("");
    const auto taskName = reader.string("task_name");
    if (reader.error()) {
        return refused(*reader.error());
    }
    if (request.empty() || clientId.empty()) {
        return restError(400, request.empty() ? "Empty task content" : "Empty client ID");
    }
    const auto task = _tasks.dispatch(clientId, request, taskName);
    if (!task) {
        return refused(task.error());
    }
    return ok(fmt::format(R"({{"status":"dispatched","task_name":{},"client_id":{},"session_id":{}}})",
                          jsonString(task->taskName), jsonString(clientId), jsonString(task->sessionId)));
}

RestResponse Routes::commands(const std::string& /*parameter*/, const std::string& body) const {
    const auto object = parseObject(body);
    if (!object) {
        return refused(object.error());
    }
    JsonReader reader(*object);
    Batch batch{
        .device = _hub.find(reader.required("client_id")),
        .sessionId = reader.string("session_id").value_or(base::uuid4()),
        .agentName = reader.string("agent_name").value_or("LinuxAgent"),
        .rootName = reader.string("root_name").value_or(""),
        .taskName = reader.string("task_name"),
        .commands = {},
        .timeout = milliseconds(reader.seconds("timeout", defaultTimeoutSeconds)),
    };
    auto commands = readCommands(reader.raw("commands", JsonKind::array));
    reader.rejectOthers();
    if (reader.error()) {
        return refused(*reader.error());
    }
    if (!commands) {
        return refused(std::move(commands).error().within("commands"));
    }
    if (!batch.device) {
        return refused(notOnline);
    }
    batch.commands = withCallIds(std::move(*commands));
    const auto answer = _hub.run(batch);
    if (!answer) {
        return refused(answer.error());
    }
    return ok(fmt::format(R"({{"status":"done","client_id":{},"session_id":{},"response_id":{},"results":{}}})",
                          jsonString(batch.device->clientId), jsonString(batch.sessionId),
                          jsonString(answer->responseId), answer->results));
}

RestResponse Routes::taskEnd(const std::string& /*parameter*/, const std::string& body) const {
    const auto object = parseObject(body);
    if (!object) {
        return refused(object.error());
    }
    JsonReader reader(*object);
    const DevicePtr device = _hub.find(reader.required("client_id"));
    const std::string sessionId = reader.required("session_id");
    const std::string status = reader.string("status").value_or("completed");
    const auto error = reader.string("error");
    reader.rejectOthers();
    if (reader.error()) {
        return refused(*reader.error());
    }
    if (status != "completed" && status != "failed") {
        return restError(400, "status: 'completed' or 'failed' is expected");
    }
    if (!device) {
        return refused(notOnline);
    }
    device->connection->send(
        encode({.type = "task_end", .status = status, .error = error, .sessionId = sessionId, .result = "null"}));
    return ok(R"({"status":"sent"})");
}

}  // namespace aip::server
