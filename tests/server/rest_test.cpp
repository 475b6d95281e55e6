#include "client.h"
#include "tests/support/comes_true.h"

#include <gtest/gtest.h>

namespace aip::tests {
namespace {

using namespace aip::server;

TEST(Rest, wantsTheKey) {
    Server server(testSettings());
    for (const auto* path : {"/api/health", "/api/clients", "/api/task_result/x", "/api/nothing"}) {
        const Reply reply = rest(server.port(), path, "", "wrong");
        EXPECT_EQ(reply.status, 401) << path;
        EXPECT_EQ(reply.body, R"({"detail":"Invalid or missing API key"})");
    }
}

TEST(Rest, tellsWhoIsOnline) {
    Server server(testSettings());
    EXPECT_EQ(rest(server.port(), "/api/health").body, R"({"status":"healthy","online_clients":[]})");
    Client client(server.port());
    client.enroll("d \"1\"");
    EXPECT_TRUE(comesTrue([&] {
        return rest(server.port(), "/api/health").body == R"({"status":"healthy","online_clients":["d \"1\""]})";
    }));
    EXPECT_EQ(rest(server.port(), "/api/clients").body, R"({"online_clients":["d \"1\""]})");
}

struct Row {
    const char* path;
    const char* body;
    int status;
    const char* detail;
};

constexpr Row refused[] = {
    {"/api/nothing", "", 404, "Not Found"},
    {"/", "", 404, "Not Found"},
    {"/ws", "", 404, "Not Found"},
    {"/api/dispatch", "", 405, "Method Not Allowed"},
    {"/api/health", "{}", 405, "Method Not Allowed"},
    {"/api/clients/nobody", "", 404, "Client not online"},
    {"/api/dispatch", R"({"client_id":"d1"})", 400, "Empty task content"},
    {"/api/dispatch", R"({"request":"x"})", 400, "Empty client ID"},
    {"/api/dispatch", R"({"client_id":"nobody","request":"x"})", 404, "Client not online"},
    {"/api/commands", R"({"client_id":"nobody","commands":[]})", 404, "Client not online"},
    {"/api/commands", R"({"commands":[]})", 400, "client_id: is required"},
    {"/api/commands", R"({"client_id":"d1"})", 400, "commands: is required"},
    {"/api/commands", R"({"client_id":"d1","commands":{}})", 400, "commands: an array is expected"},
    {"/api/commands", R"({"client_id":"d1","comands":[]})", 400,
     "comands: is not known here; did you mean 'commands'?"},
    {"/api/commands", R"({"client_id":"d1","commands":[{},{"parameters":[]}]})", 400,
     "commands: [1]: parameters: an object is expected"},
    {"/api/commands", R"({"client_id":"d1","commands":[],"timeout":0})", 400,
     "timeout: a number of seconds above 0, at most 1000000, is expected"},
    {"/api/task_end", R"({"client_id":"d1","session_id":"s","status":"ok"})", 400,
     "status: 'completed' or 'failed' is expected"},
};

TEST(Rest, saysWhatIsWrongWithARequest) {
    Server server(testSettings());
    for (const Row& row : refused) {
        const Reply reply = rest(server.port(), row.path, row.body);
        EXPECT_EQ(reply.status, row.status) << row.path << row.body;
        EXPECT_EQ(member(reply.body, "detail"), row.detail) << row.path << row.body;
    }
    EXPECT_EQ(rest(server.port(), "/api/commands", "{").status, 400);
}

TEST(Rest, refusesABodyThatNoMessageCouldCarry) {
    ServerSettings settings = testSettings();
    settings.wire.maxMessageBytes = 4096;
    Server server(settings);
    EXPECT_EQ(rest(server.port(), "/api/commands", std::string(5000, ' ')).status, 413);
}

}  // namespace
}  // namespace aip::tests
