#include "mcp_server/http_rules.h"

#include "base/ascii.h"
#include "mcp/revision.h"

#include <openssl/crypto.h>

#include <algorithm>

namespace aip::mcp_server {
namespace {

using mcp::RpcCode;

constexpr std::string_view versionKey = "io.modelcontextprotocol/protocolVersion";

/// "[::1]:80" -> "[::1]", "localhost:80" -> "localhost"
std::string_view withoutPort(std::string_view host) {
    const auto end = host.starts_with('[') ? host.find(']') : std::string_view::npos;
    const auto colon = host.find(':', end == std::string_view::npos ? 0 : end);
    return host.substr(0, colon);
}

/// Nothing stands behind the name but a port.
bool isNameAndPort(std::string_view host) {
    const auto rest = host.substr(withoutPort(host).size());
    return rest.empty() || (rest.size() > 1 && rest.find_first_not_of("0123456789", 1) == std::string_view::npos);
}

bool isHostOf(const HttpRules& rules, std::string_view host) {
    if (!isNameAndPort(host)) {
        return false;
    }
    return std::any_of(rules.hosts.begin(), rules.hosts.end(),
                       [&](const auto& known) { return base::equalNoCase(known, withoutPort(host)); });
}

/// A browser states the origin of the page that asks: a page of this machine may, one from elsewhere may not.
bool isOriginOf(const HttpRules& rules, std::string_view origin) {
    const auto scheme = origin.find("://");
    return origin.empty() || (scheme != std::string_view::npos && isHostOf(rules, origin.substr(scheme + 3)));
}

bool hasKey(std::string_view authorization, std::string_view key) {
    constexpr std::string_view bearer = "bearer ";
    const bool isBearer = base::equalNoCase(authorization.substr(0, bearer.size()), bearer);
    const auto given = isBearer ? authorization.substr(bearer.size()) : std::string_view();
    return !key.empty() && given.size() == key.size() && CRYPTO_memcmp(given.data(), key.data(), key.size()) == 0;
}

bool isKnown(std::string_view revision) {
    return revision.empty() || revision == mcp::modernRevision ||
           std::find(mcp::legacyRevisions.begin(), mcp::legacyRevisions.end(), revision) != mcp::legacyRevisions.end();
}

mcp::Params metaOf(const mcp::RpcMessage& message) {
    return mcp::Params(message.params).object("_meta");
}

HttpRefusal differs(const std::string& header, const mcp::RpcMessage& message) {
    return {400, header + " is missing, is not valid or does not say what the body says", RpcCode::headerMismatch,
            message.id.empty() ? "null" : std::string(message.id)};
}

/// An argument that the call does not have has no header.
bool isRepeated(const mcp::HeaderArgument& argument, const mcp::Params& given, const HttpHead& head) {
    const auto inBody = mcp::argumentText(argument, given);
    const auto isIt = [&](const auto& header) { return base::equalNoCase(header.first, argument.header); };
    const auto header = std::find_if(head.mcpParams.begin(), head.mcpParams.end(), isIt);
    if (header == head.mcpParams.end() || std::count_if(header, head.mcpParams.end(), isIt) > 1) {
        return header == head.mcpParams.end() && !inBody;
    }
    const auto inHeader = mcp::headerText(header->second);
    return inBody && inHeader && mcp::isSame(argument, *inHeader, *inBody);
}

}  // namespace

std::optional<HttpRefusal> refusalOf(const HttpHead& head, const HttpRules& rules) {
    if (head.ambiguous) {
        return HttpRefusal{
            400, "a header that decides is given twice, the body has two lengths, or the name of a header has blanks"};
    }
    if (!isHostOf(rules, head.host)) {
        return HttpRefusal{403, "the Host of the request is not a name of this server"};
    }
    if (!isOriginOf(rules, head.origin)) {
        return HttpRefusal{403, "the Origin of the request is a page from elsewhere"};
    }
    if (!hasKey(head.authorization, rules.key)) {
        return HttpRefusal{401, "the key is missing or wrong: send 'Authorization: Bearer KEY'"};
    }
    if (head.path.substr(0, head.path.find('?')) != rules.path) {
        return HttpRefusal{404, "there is nothing here; the path is " + rules.path};
    }
    if (head.method != "POST" && head.method != "GET" && head.method != "DELETE") {
        return HttpRefusal{405, "POST is expected"};
    }
    if (head.method == "POST" &&
        !base::equalNoCase(head.contentType.substr(0, head.contentType.find(';')), "application/json")) {
        return HttpRefusal{415, "the Content-Type is not application/json"};
    }
    if (!isKnown(head.revision) && !head.session.empty()) {  // without a session the answer lists those that are
        return HttpRefusal{400, "MCP-Protocol-Version is not a known revision"};
    }
    return std::nullopt;
}

std::optional<HttpRefusal> mismatchOf(const HttpHead& head, const mcp::RpcMessage& message) {
    if (!statesItsRevision(message)) {
        return HttpRefusal{400, "'_meta' has no '" + std::string(versionKey) + "'", RpcCode::invalidParams,
                           message.id.empty() ? "null" : std::string(message.id)};
    }
    if (head.revision != metaOf(message).text(versionKey)) {
        return differs("MCP-Protocol-Version", message);
    }
    if (head.mcpMethod != message.method) {
        return differs("Mcp-Method", message);
    }
    if (message.method == "tools/call" &&
        (head.mcpName.empty() || mcp::headerText(head.mcpName) != mcp::Params(message.params).text("name"))) {
        return differs("Mcp-Name", message);
    }
    return std::nullopt;
}

std::optional<HttpRefusal> mismatchOf(const HttpHead& head, const mcp::RpcMessage& call,
                                      const mcp::HeaderArguments& arguments) {
    const auto given = mcp::Params(call.params).object("arguments");
    const auto wrong = std::find_if(arguments.begin(), arguments.end(),
                                    [&](const auto& argument) { return !isRepeated(argument, given, head); });
    return wrong == arguments.end() ? std::nullopt : std::optional(differs(wrong->header, call));
}

bool statesItsRevision(const mcp::RpcMessage& message) {
    return !metaOf(message).raw(versionKey).empty();
}

}  // namespace aip::mcp_server
