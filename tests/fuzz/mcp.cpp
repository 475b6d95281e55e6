// What a program says that serves tools over standard output: nothing of it is trusted, what comes of it is
// well-formed.

#include "base/json_check.h"
#include "mcp/lines.h"
#include "mcp/tool_catalog.h"
#include "mcp/tool_client.h"
#include "require.h"

#include <set>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

using namespace aip;

namespace {

constexpr std::size_t longestLine = 1'000;

/// In the middle of its work: one call runs, another one is cancelled, and the tools are listed again.
class Peer {
  public:
    Peer(const std::string& revision, bool awaitsCancelled)
        : _client({mcp::Protocol::automatic, awaitsCancelled, longestLine}) {
        _client.open();
        take(R"({"id":1,"result":{"protocolVersion":")" + revision + R"("}})");
        take(R"({"id":2,"result":{"tools":[{"name":"a","outputSchema":{"x-fastmcp-wrap-result":true}}]}})");
        _running = {_client.call({"a", "{}", "c", 1}).id, _client.call({"b", "{}", "d", 1}).id};
        _client.cancel(*_running.begin());
        if (!awaitsCancelled) {
            _running.erase(_running.begin());
        }
        _client.list();
    }

    void take(std::string_view line) {
        std::vector<mcp::Outgoing> answers;
        for (const auto& event : _client.take(line, answers)) {
            std::visit([this](const auto& known) { look(known); }, event);
        }
        for (const auto& answer : answers) {
            require(answer.json.find_first_of("\r\n") == std::string::npos, "an answer is one line");
            require(static_cast<bool>(base::checkJson(answer.json)), "an answer is JSON");
        }
    }

  private:
    void look(const mcp::Finished& over) {
        require(_running.erase(over.call) == 1, "a call ends once");
        const std::string result = over.large ? over.large->join() : over.text;
        require(over.code != base::Code::ok || base::checkJson(result), "a result is JSON");
        require(over.code == base::Code::ok || !over.text.empty(), "an error says what is wrong");
    }
    void look(const mcp::Progress& progress) {
        require(_running.contains(progress.call), "only what runs has progress");
        require(progress.permille <= 1'000, "nothing is more than done");
    }
    void look(const mcp::Ready& ready) {
        mcp::ToolRules rules;
        rules.nameSpace = "N";
        rules.fixed = mcp::fixedArguments(R"({"a":1})");
        const mcp::ToolCatalog catalog(rules, ready.tools);
        require(static_cast<bool>(base::checkJson(catalog.json())), "a list of tools is JSON");
    }
    void look(const auto& /*other*/) {}

    mcp::ToolClient _client;
    std::set<mcp::RequestId> _running;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const char* data, std::size_t size) {
    for (const char* revision : {"2025-11-25", "2025-03-26"}) {
        Peer peer(revision, revision == std::string_view("2025-11-25"));
        mcp::Lines lines(longestLine);
        lines.feed({data, size}, [&](std::string_view line) { peer.take(line); });
        peer.take({data, size});
    }
    return 0;
}
