#include "mcp/tool_client.h"

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <variant>
#include <vector>

namespace {

using namespace aip::mcp;
using aip::base::Code;

std::string linesOf(const std::vector<Outgoing>& messages) {
    std::string lines;
    for (const auto& message : messages) {
        lines += message.json + "\n";
    }
    return lines;
}

/// A client and what it sends.
struct Peer {
    ToolClient client;
    std::string sent{};

    std::vector<Event> says(const std::string& line) {
        std::vector<Outgoing> answers;
        auto events = client.take(line, answers);
        sent = linesOf(answers);
        return events;
    }
    /// The one event of a line.
    template <typename Kind>
    Kind says(const std::string& line) {
        const auto events = says(line);
        EXPECT_EQ(events.size(), 1U) << line;
        const auto* found = events.empty() ? nullptr : std::get_if<Kind>(&events.front());
        EXPECT_NE(found, nullptr) << line;
        return found == nullptr ? Kind() : *found;
    }
    Ready opened(
        const std::string& tools = R"([{"name":"a"},{"name":"w","outputSchema":{"x-fastmcp-wrap-result":true}}])") {
        client.open();
        EXPECT_TRUE(says(R"({"id":1,"result":{"protocolVersion":"2025-06-18"}})").empty());
        return says<Ready>(R"({"id":2,"result":{"tools":)" + tools + "}}");
    }
};

TEST(ToolClient, opensAndLearnsTheTools) {
    Peer peer;
    EXPECT_EQ(peer.client.open().json,
              R"({"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25",)"
              R"("capabilities":{},"clientInfo":{"name":"aip-agent","version":"1"}}})");
    EXPECT_TRUE(peer.says(R"({"jsonrpc":"2.0","method":"notifications/tools/list_changed"})").empty());
    EXPECT_TRUE(peer.says(R"({"jsonrpc":"2.0","id":1,"result":{"protocolVersion":"2024-11-05"}})").empty());
    EXPECT_EQ(peer.sent, R"({"jsonrpc":"2.0","method":"notifications/initialized","params":{}})"
                         "\n"
                         R"({"jsonrpc":"2.0","id":2,"method":"tools/list","params":{}})"
                         "\n");
    EXPECT_TRUE(peer.says(R"({"id":2,"result":{"tools":[{"name":"a"}],"nextCursor":"x\"y"}})").empty());
    EXPECT_EQ(peer.sent, R"({"jsonrpc":"2.0","id":3,"method":"tools/list","params":{"cursor":"x\"y"}})"
                         "\n");
    const auto ready = peer.says<Ready>(R"({"id":3,"result":{"tools":[{"name": "b"},7,{}]}})");
    EXPECT_EQ(ready.names, (std::set<std::string>{"", "a", "b"}));
    EXPECT_EQ(ready.tools, (std::vector<std::string>{R"({"name":"a"})", R"({"name":"b"})", "7", "{}"}));
}

TEST(ToolClient, saysWhyAProgramIsUnusable) {
    struct Row {
        std::string answer;
        std::string why;
    };
    for (const auto& [answer, why] :
         {Row{R"({"id":1,"result":{"protocolVersion":"1999-01-01"}})", "it speaks MCP of an unknown revision"},
          Row{R"({"id":1,"result":7})", "it speaks MCP of an unknown revision"},
          Row{R"({"id":1,"error":{"code":-1,"message":"not today"}})", "it refuses to be initialized: not today"}}) {
        Peer peer;
        peer.client.open();
        EXPECT_EQ(peer.says<Unusable>(answer).why, why);
    }
    Peer peer;
    peer.client.open();
    peer.says(R"({"id":1,"result":{"protocolVersion":"2025-11-25"}})");
    EXPECT_EQ(peer.says<Unusable>(R"({"id":2,"result":{}})").why, "it does not list its tools");
}

TEST(ToolClient, doesNotFollowAListWithoutEnd) {
    Peer peer;
    peer.client.open();
    peer.says(R"({"id":1,"result":{"protocolVersion":"2025-11-25"}})");
    const auto page = [](int id, const std::string& cursor) {
        return R"({"id":)" + std::to_string(id) + R"(,"result":{"tools":[],"nextCursor":")" + cursor + R"("}})";
    };
    for (int id = 2; id < 66; ++id) {
        EXPECT_TRUE(peer.says(page(id, std::to_string(id))).empty());
    }
    EXPECT_EQ(peer.says<Unusable>(page(66, "66")).why, "its list of tools does not end");
    Peer round;
    round.client.open();
    round.says(R"({"id":1,"result":{"protocolVersion":"2025-11-25"}})");
    EXPECT_TRUE(round.says(page(2, "n")).empty());
    EXPECT_EQ(round.says<Unusable>(page(3, "n")).why, "its list of tools does not end");
}

TEST(ToolClient, callsOnOneLine) {
    Peer peer;
    peer.opened();
    const auto sent = peer.client.call({"a", "{\n\"x\":\r\n1}", "c-1", 500});
    EXPECT_EQ(sent.tool, "a");
    EXPECT_EQ(sent.method, "tools/call");
    EXPECT_EQ(sent.json, R"({"jsonrpc":"2.0","id":3,"method":"tools/call","params":{"name":"a","arguments":{ "x":  1},)"
                         R"("_meta":{"progressToken":3,"aip/call_id":"c-1","aip/deadline_ms":500}}})");
}

TEST(ToolClient, saysWhoAsks) {
    Peer peer;
    peer.opened();
    const auto sent = peer.client.call({"a", "{}", "c-1", 500, {{"aip/agent", "Host\"Agent\n"}, {"aip/task", "t-1"}}});
    EXPECT_NE(sent.json.find(R"("aip/deadline_ms":500,"aip/agent":"Host\"Agent\n","aip/task":"t-1"}}})"),
              std::string::npos)
        << sent.json;
}

struct ResultRow {
    const char* tool;
    const char* answer;  ///< after the id
    Code code;
    const char* text;
};

TEST(ToolClient, tellsHowACallEnded) {
    for (const auto& row : {
             ResultRow{"a", R"("result":{"content":[{"type":"text","text":"x\ny"}]})", Code::ok, R"("x\ny")"},
             ResultRow{"a", R"("result":{"content":[]})", Code::ok, "null"},
             ResultRow{"a", R"("result":{})", Code::ok, "null"},
             ResultRow{"a", R"("result":7)", Code::ok, "null"},
             ResultRow{"a", R"("result":{"content":[{"type":"image","data":"AA"}]})", Code::ok,
                       R"([{"type":"image","data":"AA"}])"},
             ResultRow{"a", R"("result":{"content":[{"type":"text","text":"x"},{"type":"text","text":"y"}]})", Code::ok,
                       R"([{"type":"text","text":"x"},{"type":"text","text":"y"}])"},
             ResultRow{"a", R"("result":{"content":[],"structuredContent":{"result":[1, 2]}})", Code::ok,
                       R"({"result":[1,2]})"},
             ResultRow{"w", R"("result":{"content":[],"structuredContent":{"result":[1, 2]}})", Code::ok, "[1,2]"},
             ResultRow{"w", R"("result":{"structuredContent":{"result":null}})", Code::ok, "null"},
             ResultRow{"w", R"("result":{"structuredContent":{"other":1}})", Code::ok, R"({"other":1})"},
             ResultRow{"a", R"("result":{"content":[{"type":"image","mimeType":"image/png","data":"AA=="}]})", Code::ok,
                       R"("data:image/png;base64,AA==")"},
             ResultRow{"a",
                       R"("result":{"content":[{"type":"text","text":"x"},)"
                       R"({"type":"audio","data":"AA","mimeType":"audio/wav","annotations":{}},)"
                       R"({"type":"resource_link","uri":"file:///x"}]})",
                       Code::ok,
                       R"([{"type":"text","text":"x"},)"
                       R"({"type":"audio","mimeType":"audio/wav","data":"data:audio/wav;base64,AA"},)"
                       R"({"type":"resource_link","uri":"file:///x"}])"},
             ResultRow{"a", R"("result":{"resultType":"complete","structuredContent":[1]})", Code::ok, "[1]"},
             ResultRow{"a", R"("result":{"resultType":"input_required","inputRequests":{}})", Code::unsupported,
                       "the tool asks for input, and nobody is there to give it"},
             ResultRow{"a", R"("result":{"resultType":"task"})", Code::internal,
                       "the tool's result is of an unknown type: task"},
             ResultRow{"a", R"("result":{"isError":true,"content":[{"type":"text","text":"no"}]})", Code::internal,
                       "no"},
             ResultRow{"a",
                       R"("result":{"isError":true,"content":[{"type":"text","text":"no"}],"_meta":{"aip/code":2}})",
                       Code::notFound, "no"},
             ResultRow{"a", R"("result":{"isError":true,"_meta":{"aip/code":99}})", Code::internal,
                       "the tool failed and said nothing"},
             ResultRow{"a", R"("error":{"code":-32602,"message":"bad"})", Code::invalid, "bad"},
             ResultRow{"a", R"("error":{"code":-32601,"message":"none"})", Code::notFound, "none"},
             ResultRow{"a", R"("error":5)", Code::internal, "the program answered with error 0"},
             ResultRow{"a", R"("other":5)", Code::internal, "the program's answer is empty"},
         }) {
        Peer peer;
        peer.opened();
        const auto sent = peer.client.call({row.tool, "{}", "c", 1});
        const auto over =
            peer.says<Finished>(R"({"jsonrpc":"2.0","id":)" + std::to_string(sent.id) + "," + row.answer + "}");
        EXPECT_EQ(over.call, sent.id) << row.answer;
        EXPECT_EQ(over.code, row.code) << row.answer;
        EXPECT_EQ(over.text, row.text) << row.answer;
    }
}

/// What a long string in a result must not change.
TEST(ToolClient, passesLongStringsOfAResultOn) {
    const std::string data(100'000, 'A');
    const std::string text = "line\\n\\ud83d\\ude00" + std::string(100'000, 't') + "\\\"";
    for (const auto& [tool, result, expected] : std::vector<std::array<std::string, 3>>{
             {"a", R"({"content":[{"type":"image","data":")" + data + R"(","mimeType":"image/png"}]})",
              "\"data:image/png;base64," + data + "\""},
             {"a", R"({"content":[{"type":"text","text":")" + text + R"("}]})", "\"" + text + "\""},
             {"a",
              R"({"content":[{"type":"text","text":"x"},{"type":"image","data":")" + data +
                  R"(","mimeType":"image/png"},{"type":"text","text":")" + text + R"("}]})",
              R"([{"type":"text","text":"x"},{"type":"image","mimeType":"image/png","data":"data:image/png;base64,)" +
                  data + R"("},{"type":"text","text":")" + text + R"("}])"},
             {"a", R"({"content":[],"structuredContent":{"b":[1,")" + text + R"("]}})",
              R"({"b":[1,")" + text + R"("]})"},
             {"w", R"({"structuredContent":{"result":")" + text + R"("}})", "\"" + text + "\""},
             {"a", R"({"structuredContent":7,"content":[{"type":"text","text":")" + text + R"("}]})", "7"},
         }) {
        Peer peer;
        peer.opened();
        const auto sent = peer.client.call({tool, "{}", "c", 1});
        const std::string line = R"({"jsonrpc":"2.0","id":)" + std::to_string(sent.id) + R"(,"result":)" + result + "}";
        const auto over = peer.says<Finished>(line);
        EXPECT_EQ(over.code, Code::ok);
        ASSERT_TRUE(over.large) << expected.substr(0, 50);
        EXPECT_TRUE(over.large->join() == expected) << over.large->join().substr(0, 200);
    }
}

TEST(ToolClient, readsAMessageWithLongStringsThatIsNoResult) {
    const std::string text(100'000, 't');
    const std::string start = R"({"jsonrpc":"2.0",)";
    Peer peer;
    peer.opened();
    const auto sent = peer.client.call({"a", "{}", "c", 1});
    EXPECT_TRUE(peer.says(start + R"("method":"notifications/message","params":{"data":")" + text + R"("}})").empty());
    peer.says<Ignored>(start + R"("id":77,"result":{"content":[{"type":"text","text":")" + text + R"("}]}})");
    const auto failed =
        peer.says<Finished>(start + R"("id":)" + std::to_string(sent.id) +
                            R"(,"result":{"isError":true,"content":[{"type":"text","text":")" + text + R"("}]}})");
    EXPECT_EQ(failed.code, Code::internal);
    EXPECT_TRUE(failed.text == text);
    const auto unknown = peer.client.call({"a", "{}", "c", 1});
    const auto ofUnknownType = peer.says<Finished>(start + R"("id":)" + std::to_string(unknown.id) +
                                                   R"(,"result":{"resultType":")" + text + R"("}})");
    EXPECT_EQ(ofUnknownType.code, Code::internal);
    EXPECT_EQ(ofUnknownType.text.find("the tool's result is of an unknown type: tttt"), 0U) << ofUnknownType.text;
    const auto cut = peer.client.call({"a", "{}", "c", 1});
    const auto events = peer.says(start + R"("id":)" + std::to_string(cut.id) +
                                  R"(,"result":{"content":[{"type":"text","text":")" + text);
    EXPECT_FALSE(events.empty());
}

TEST(ToolClient, awaitsTheAnswerOfACancelledCall) {
    Peer peer;
    peer.opened();
    const auto sent = peer.client.call({"a", "{}", "c", 1});
    EXPECT_EQ(linesOf(peer.client.cancel(sent.id)),
              R"({"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":3}})"
              "\n");
    EXPECT_TRUE(peer.client.cancel(sent.id).empty()) << "it has been told";
    EXPECT_TRUE(peer.client.awaits(sent.id));
    EXPECT_EQ(peer.says<Finished>(R"({"id":3,"result":{"content":[]}})").text, "null");
    EXPECT_TRUE(peer.client.cancel(sent.id).empty());
}

TEST(ToolClient, reportsTheProgressOfCallsOnly) {
    Peer peer;
    peer.opened();
    const auto sent = peer.client.call({"a", "{}", "c", 1});
    const auto progress = [&](const std::string& rest) {
        return R"({"method":"notifications/progress","params":{"progressToken":)" + rest + "}}";
    };
    const auto known = peer.says<Progress>(progress(R"(3,"progress":1,"total":4,"message":"quarter")"));
    EXPECT_EQ(known.call, sent.id);
    EXPECT_EQ(known.permille, 250U);
    EXPECT_EQ(known.text, "quarter");
    EXPECT_EQ(peer.says<Progress>(progress(R"(3,"progress":1e308,"total":1e-300)")).permille, 0U);
    EXPECT_EQ(peer.says<Progress>(progress(R"(3,"progress":-5)")).permille, 0U);
    EXPECT_EQ(peer.says<Progress>(progress(R"(3,"progress":9999)")).permille, 1000U);
    for (const char* unknown : {"4", "\"3\"", "-1", "null", "1"}) {
        EXPECT_TRUE(peer.says(progress(unknown)).empty()) << unknown;
    }
}

TEST(ToolClient, ignoresWhatIsNoMessage) {
    Peer peer;
    peer.opened();
    for (const std::string& line :
         {std::string("hello"), std::string(), std::string("[]"), std::string("7"), std::string("{}"),
          std::string(R"({"id":99,"result":{}})"), std::string(R"({"id":"1","result":{}})"),
          std::string(R"({"id":-1,"result":{}})"), std::string(10'000, '[')}) {
        peer.says<Ignored>(line);
        EXPECT_EQ(peer.sent, "");
    }
}

TEST(ToolClient, answersWhatAServerAsks) {
    Peer peer;
    peer.opened();
    EXPECT_TRUE(peer.says(R"({"id":"a\"b","method":"ping"})").empty());
    EXPECT_EQ(peer.sent, R"({"jsonrpc":"2.0","id":"a\"b","result":{}})"
                         "\n");
    EXPECT_TRUE(peer.says(R"({"id":0,"method":"roots/list"})").empty());
    EXPECT_EQ(peer.sent, R"({"jsonrpc":"2.0","id":0,"error":{"code":-32601,"message":"Method not found"}})"
                         "\n");
}

// The modern revision.

const std::string meta = R"("_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28",)"
                         R"("io.modelcontextprotocol/clientInfo":{"name":"aip-agent","version":"1"},)"
                         R"("io.modelcontextprotocol/clientCapabilities":{}})";

Peer automatic(Protocol protocol = Protocol::automatic) {
    return {ToolClient(ClientSettings{protocol, false})};
}

const std::string discovered =
    R"("result":{"supportedVersions":["2026-07-28"],"capabilities":{"tools":{"listChanged":true}}}})";

TEST(ToolClient, speaksTheModernRevisionWhenTheHandshakeIsRefused) {
    auto peer = automatic();
    EXPECT_EQ(peer.client.open().method, "initialize");
    EXPECT_TRUE(peer.says(R"({"id":1,"error":{"code":-32601,"message":"no"}})").empty());
    EXPECT_EQ(peer.sent, R"({"jsonrpc":"2.0","id":2,"method":"server/discover","params":{)" + meta + "}}\n");
    EXPECT_TRUE(peer.says(R"({"id":2,)" + discovered).empty());
    EXPECT_TRUE(peer.client.isModern());
    EXPECT_EQ(peer.sent, R"({"jsonrpc":"2.0","id":3,"method":"tools/list","params":{)" + meta + "}}\n");
    EXPECT_TRUE(peer.says(R"({"id":3,"result":{"tools":[],"nextCursor":"c"}})").empty());
    EXPECT_EQ(peer.sent,
              R"({"jsonrpc":"2.0","id":4,"method":"tools/list","params":{)" + meta + R"(,"cursor":"c"}})" + "\n");
    peer.says<Ready>(R"({"id":4,"result":{"tools":[{"name":"a"}]}})");
    EXPECT_EQ(peer.sent, R"({"jsonrpc":"2.0","id":5,"method":"subscriptions/listen","params":{)" + meta +
                             R"(,"notifications":{"toolsListChanged":true}}})" + "\n");
    EXPECT_TRUE(peer.says(R"({"method":"notifications/subscriptions/acknowledged","params":{}})").empty());
    peer.says<ListChanged>(R"({"method":"notifications/tools/list_changed","params":{"_meta":{}}})");
    const auto call = peer.client.call({"a", "{}", "c", 1});
    EXPECT_NE(call.json.find(R"("progressToken":6,"aip/call_id":"c","aip/deadline_ms":1,)" + meta.substr(9)),
              std::string::npos);
    peer.says<Deaf>(R"({"id":5,"result":{}})");
}

TEST(ToolClient, keepsToTheProtocolThatIsSet) {
    auto modern = automatic(Protocol::modern);
    EXPECT_EQ(modern.client.open().method, "server/discover");
    EXPECT_EQ(modern.says<Unusable>(R"({"id":1,"error":{"code":-32601,"message":"no"}})").why,
              "it does not tell what it can do: no");
    auto other = automatic(Protocol::modern);
    other.client.open();
    EXPECT_EQ(other.says<Unusable>(R"({"id":1,"result":{"supportedVersions":["2031-01-01",7]}})").why,
              "it speaks MCP of an unknown revision");
    auto legacy = automatic(Protocol::legacy);
    legacy.client.open();
    EXPECT_EQ(legacy.says<Unusable>(R"({"id":1,"error":{"code":-32601,"message":"no"}})").why,
              "it refuses to be initialized: no");
}

// What goes wrong, and what does not because of it.

TEST(ToolClient, takesBatchesOnlyOfTheRevisionThatHasThem) {
    for (const std::string version : {"2025-03-26", "2025-06-18"}) {
        Peer peer;
        peer.client.open();
        peer.says(R"({"id":1,"result":{"protocolVersion":")" + version + R"("}})");
        peer.says<Ready>(R"({"id":2,"result":{"tools":[]}})");
        const auto events = peer.says(
            R"([{"id":7,"method":"ping"},{"method":"notifications/tools/list_changed"},{"id":8,"method":"x"}])");
        ASSERT_EQ(events.size(), 1U);
        EXPECT_EQ(std::holds_alternative<ListChanged>(events.front()), version == "2025-03-26");
        EXPECT_EQ(peer.sent.empty(), version != "2025-03-26");
    }
}

TEST(ToolClient, dropsTheLateAnswerOfACallThatWasGivenUp) {
    Peer peer{ToolClient(ClientSettings{Protocol::legacy, false})};
    peer.opened();
    const auto sent = peer.client.call({"a", "{}", "c", 1});
    EXPECT_EQ(linesOf(peer.client.cancel(sent.id)),
              R"({"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":3}})"
              "\n");
    EXPECT_TRUE(peer.client.cancel(sent.id).empty());
    EXPECT_TRUE(peer.says(R"({"method":"notifications/progress","params":{"progressToken":3,"progress":1}})").empty());
    EXPECT_EQ(peer.says<Ignored>(R"({"id":3,"result":{}})").why,
              "an answer to a call that was given up: it is dropped");
    EXPECT_EQ(peer.says<Ignored>(R"({"id":3,"result":{}})").why, "an answer to nothing that was asked");
}

/// The answer of a call that was given up shows that the server works.
TEST(ToolClient, tellsALateAnswerFromOneToNothing) {
    Peer peer{ToolClient(ClientSettings{Protocol::legacy, false})};
    peer.opened();
    peer.client.cancel(peer.client.call({"a", "{}", "c", 1}).id);
    EXPECT_TRUE(peer.says<Ignored>(R"({"id":3,"result":{}})").late);
    EXPECT_FALSE(peer.says<Ignored>(R"({"id":3,"result":{}})").late);
    EXPECT_FALSE(peer.says<Ignored>("noise").late);
}

TEST(ToolClient, probesByAPingWhoseAnswerMeansNothing) {
    Peer peer;
    peer.opened();
    EXPECT_EQ(peer.client.probe().json, R"({"jsonrpc":"2.0","id":3,"method":"ping","params":{}})");
    EXPECT_TRUE(peer.client.awaits(3));
    EXPECT_TRUE(peer.says(R"({"id":3,"error":{"code":-32601,"message":"ping?"}})").empty());
    EXPECT_FALSE(peer.client.awaits(3));
    EXPECT_EQ(peer.client.probe().id, 4U);
    EXPECT_TRUE(peer.says(R"({"id":4,"result":{"tools":[]}})").empty());
}

TEST(ToolClient, keepsTheListWhenTheNextOneFails) {
    Peer peer;
    peer.opened();
    for (const std::string answer :
         {R"("error":{"code":1,"message":"busy"}})", R"("result":{"tools":7}})", R"("result":{}})"}) {
        const auto list = peer.client.list();
        EXPECT_TRUE(peer.client.lists());
        const auto ignored = peer.says<Ignored>(R"({"id":)" + std::to_string(list.id) + "," + answer);
        EXPECT_EQ(ignored.why.find("a list of tools that cannot be used, the one before stays"), 0U) << ignored.why;
        EXPECT_FALSE(peer.client.lists());
    }
    const auto forgotten = peer.client.list();
    const auto list = peer.client.list();
    EXPECT_TRUE(
        peer.says(R"({"id":)" + std::to_string(forgotten.id) + R"(,"result":{"tools":[{"name":"x"}]}})").empty());
    EXPECT_EQ(peer.says<Ready>(R"({"id":)" + std::to_string(list.id) + R"(,"result":{"tools":[]}})").names.size(), 0U);
}

TEST(ToolClient, refusesAListThatIsTooLong) {
    Peer peer{ToolClient(ClientSettings{Protocol::legacy, true, 1000})};
    peer.client.open();
    peer.says(R"({"id":1,"result":{"protocolVersion":"2025-11-25"}})");
    EXPECT_EQ(peer.says<Unusable>(R"({"id":2,"result":{"tools":[")" + std::string(2000, 'x') + R"("]}})").why,
              "its list of tools is longer than 1000 bytes");
}

TEST(ToolClient, endsWhatWillNotBeAnswered) {
    Peer peer;
    peer.opened();
    const auto sent = peer.client.call({"a", "{}", "c", 1});
    std::vector<Outgoing> answers;
    const auto events = peer.client.lost(sent.id, "the line \"is\" cut\xff", answers);
    ASSERT_EQ(events.size(), 1U);
    EXPECT_EQ(std::get<Finished>(events.front()).text, "the line \"is\" cut\xef\xbf\xbd");
    EXPECT_TRUE(peer.client.lost(sent.id, "again", answers).empty());
}

TEST(ToolClient, failsWhatAnAnswerThatCannotBeReadIsFor) {
    Peer peer;
    peer.opened();
    const auto call = peer.client.call({"a", "{}", "c", 1}).id;
    const auto events = peer.says(R"({"id":)" + std::to_string(call) + R"(,"result":{"structuredContent":NaN}})");
    ASSERT_EQ(events.size(), 2U);
    const auto& end = std::get<Finished>(events.front());
    EXPECT_EQ(end.call, call);
    EXPECT_EQ(end.code, Code::internal);
    EXPECT_EQ(end.text.find("the server's answer cannot be read: not valid JSON: "), 0U) << end.text;
    EXPECT_TRUE(std::get<Ignored>(events.back()).noise);
    EXPECT_FALSE(peer.client.awaits(call));
}

TEST(ToolClient, losesOnlyTheToolsThatCannotBeRead) {
    Peer peer;
    const auto tools = peer.opened(R"([{"name":"a"},{"name":"deep","inputSchema":)" + std::string(300, '[') +
                                   std::string(300, ']') + R"(},{"name":"b"}])")
                           .tools;
    EXPECT_EQ(tools, (std::vector<std::string>{
                         R"({"name":"a"})",
                         R"({"name":"deep","aip/unreadable":"not valid JSON: nested deeper than 256 levels"})",
                         R"({"name":"b"})"}));
}

TEST(ToolClient, isNotOpenedByWhatCannotBeRead) {
    Peer peer;
    peer.client.open();
    peer.says(R"({"id":1,"result":{"protocolVersion":"2025-06-18"}})");
    const auto events = peer.says("{\"id\":2,\"result\":{\"tools\":[],\"x\":\"\xff\"}}");
    ASSERT_EQ(events.size(), 2U);
    EXPECT_EQ(std::get<Unusable>(events.front()).why,
              "it does not list its tools: the server's answer cannot be read: not valid JSON: invalid UTF-8");
}

}  // namespace
