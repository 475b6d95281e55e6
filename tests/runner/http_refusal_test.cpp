#include "runner/http_refusal.h"

#include <gtest/gtest.h>

namespace {

using aip::http::ResponseHead;
using aip::runner::forgetsSession;
using aip::runner::whyRefused;

TEST(HttpRefusal, saysWhatHelpsToMendIt) {
    EXPECT_EQ(whyRefused({500, "", ""}, "out of order"), "the server answers with HTTP 500: out of order");
    EXPECT_EQ(whyRefused({401, "", ""}, ""),
              "the server answers with HTTP 401: what headers_file holds does not let us in");
    EXPECT_EQ(
        whyRefused({307, "", "", "http://localhost:8000/mcp/"}, ""),
        "the server answers with HTTP 307: it is at 'http://localhost:8000/mcp/', and redirections are not followed");
    EXPECT_EQ(whyRefused({304, "", ""}, ""), "the server answers with HTTP 304");
    EXPECT_EQ(whyRefused({405, "", ""}, "Method Not Allowed"),
              "the server answers with HTTP 405: the url takes no POST; of the HTTP transports only Streamable HTTP is "
              "supported: Method Not Allowed");
}

TEST(HttpRefusal, knowsForgottenSessions) {
    EXPECT_TRUE(forgetsSession(404, ""));
    EXPECT_TRUE(forgetsSession(400, R"({"error":{"message":"Bad Request: No valid session ID provided"}})"));
    EXPECT_TRUE(forgetsSession(400, R"({"error":{"message":"Bad Request: Server not initialized"}})"));
    EXPECT_TRUE(forgetsSession(400, "Invalid Mcp-Session-Id"));
    EXPECT_FALSE(forgetsSession(400, "Bad Request: Unsupported protocol version"));
    EXPECT_FALSE(forgetsSession(400, ""));
    EXPECT_FALSE(forgetsSession(500, "no session"));
    EXPECT_FALSE(forgetsSession(400, std::string(300, ' ') + "session"));
}

}  // namespace
