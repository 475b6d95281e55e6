// What an MCP client may say: every line is answered with lines of valid JSON, and asks for nothing but tools of the
// list.
#include "base/json_check.h"
#include "mcp/served_result.h"
#include "mcp/server_session.h"
#include "require.h"

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace {

using namespace aip;

const mcp::ToolList& tools() {
    static const mcp::ToolList list(
        {{"a", "", "", "{}", "null", "null"},
         {"w", "W", "x", "{}", R"({"x-fastmcp-wrap-result":true})", R"({"readOnlyHint":true})"},
         {"o", "", "", "{}", R"({"type":"object"})", "null"}});
    return list;
}

void check(const mcp::ToClient& message) {
    require(base::checkJson(message.text) && message.text.find('\n') == std::string::npos,
            "an answer is a line of JSON");
}

void answer(mcp::ServerSession& session, const mcp::CallAsked& call, std::size_t line) {
    require(tools().find(call.tool) != nullptr, "the tool is in the list");
    require(bool(base::checkJson(call.arguments)) && call.arguments.starts_with('{'), "arguments are an object");
    if (const auto told = session.progress(call.request, 500, call.tool)) {
        check(*told);
    }
    const auto end = line % 2 == 0 ? session.succeeded(call.request, call.arguments)
                                   : session.failed(call.request, base::Code::denied, call.arguments);
    require(end.has_value(), "a call has one answer");
    check(*end);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    mcp::ServerSession session({"agent", "1", ""});
    std::string_view rest(reinterpret_cast<const char*>(data), size);
    for (std::size_t line = 0; !rest.empty(); ++line) {
        const auto end = rest.find('\n');
        std::vector<mcp::ToClient> out;
        for (const auto& asked : session.take(rest.substr(0, end), tools(), out)) {
            if (const auto* call = std::get_if<mcp::CallAsked>(&asked)) {
                answer(session, *call, line);
            }
        }
        for (const auto& message : out) {
            check(message);
        }
        for (const auto& message : session.toolsChanged()) {
            check(message);
        }
        rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    }
    return 0;
}
