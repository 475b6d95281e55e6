#include "mcp/served_result.h"

#include "base/ascii.h"
#include "base/json_members.h"
#include "base/json_parser.h"
#include "base/json_text.h"
#include "mcp/rpc.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <vector>

namespace aip::mcp {
namespace {

using base::jsonString;

constexpr std::size_t mostBlocks = 256;

std::string textBlock(std::string_view json) {
    return R"({"type":"text","text":)" + std::string(json) + "}";
}

bool isMediaType(std::string_view text) {
    constexpr std::string_view others = "/.+-";
    return std::all_of(text.begin(), text.end(),
                       [&](char c) { return base::isLetterOrDigit(c) || others.find(c) != std::string_view::npos; });
}

/// Of "data:TYPE;base64,DATA" as a JSON string without escapes: base64 needs none.
std::optional<std::string> mediaBlock(std::string_view json) {
    constexpr std::string_view begin = "\"data:";
    constexpr std::string_view encoding = ";base64,";
    const auto split = json.substr(0, 256).find(encoding);
    if (!json.starts_with(begin) || split == std::string_view::npos || json.find('\\') != std::string_view::npos) {
        return std::nullopt;
    }
    const auto type = json.substr(begin.size(), split - begin.size());
    const auto kind = type.substr(0, type.find('/'));
    if (!isMediaType(type) || (kind != "image" && kind != "audio")) {
        return std::nullopt;
    }
    std::string block = R"({"type":")" + std::string(kind) + R"(","mimeType":")" + std::string(type) + R"(","data":")";
    return block.append(json.substr(split + encoding.size())).append("}");
}

bool isBlock(std::string_view json) {
    static constexpr std::array<std::string_view, 5> kinds{"text", "image", "audio", "resource", "resource_link"};
    return json.starts_with('{') && std::find(kinds.begin(), kinds.end(), Params(json).text("type")) != kinds.end();
}

/// A block as MCP has it: its data without the "data:TYPE;base64," that results of this device have there.
std::string bareBlock(std::string_view block) {
    constexpr std::string_view begin = "\"data:";
    constexpr std::string_view encoding = ";base64,";
    const auto data = Params(block).raw("data");
    const auto split = data.substr(0, 256).find(encoding);
    if (!data.starts_with(begin) || split == std::string_view::npos) {
        return std::string(block);
    }
    const auto at = static_cast<std::size_t>(data.data() - block.data());
    std::string bare(block.substr(0, at));
    return bare.append("\"").append(data.substr(split + encoding.size())).append(block.substr(at + data.size()));
}

/// Empty if it is no list of blocks.
std::string blocksOf(std::string_view json) {
    const auto entries = json.starts_with('[') ? base::jsonEntries(json) : std::vector<std::string_view>();
    if (entries.empty() || entries.size() > mostBlocks || !std::all_of(entries.begin(), entries.end(), isBlock)) {
        return {};
    }
    std::string blocks;
    for (const auto entry : entries) {
        blocks += (blocks.empty() ? "[" : ",") + bareBlock(entry);
    }
    return blocks + "]";
}

std::string contentOf(std::string_view result) {
    if (result.starts_with('"')) {
        return "[" + mediaBlock(result).value_or(textBlock(result)) + "]";
    }
    const auto blocks = blocksOf(result);
    return !blocks.empty() ? blocks : "[" + textBlock(jsonString(result)) + "]";
}

}  // namespace

ServedResult succeeded(std::string_view result, Structure structure) {
    std::string members = R"("content":)" + contentOf(result);
    if (structure == Structure::plain) {
        members.append(R"(,"structuredContent":)").append(result);
    } else if (structure == Structure::wrapped) {
        members.append(R"(,"structuredContent":{"result":)").append(result).append("}");
    }
    return {std::move(members), {}};
}

ServedResult failed(base::Code code, std::string_view text) {
    return {R"("content":[)" + textBlock(jsonString(text)) + R"(],"isError":true)",
            R"("aip/code":)" + std::to_string(static_cast<std::int32_t>(code))};
}

}  // namespace aip::mcp
