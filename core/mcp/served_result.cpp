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

constexpr std::size_t mostBlocks = 256;
constexpr std::size_t besideResult = 256;  ///< names, brackets, the kind of a block

bool isMediaType(std::string_view text) {
    constexpr std::string_view others = "/.+-";
    return std::all_of(text.begin(), text.end(),
                       [&](char c) { return base::isLetterOrDigit(c) || others.find(c) != std::string_view::npos; });
}

struct Media {
    std::string_view kind;
    std::string_view type;
    std::string_view data;  ///< with the quote at its end
};

/// Of "data:TYPE;base64,DATA" as a JSON string without escapes: base64 needs none.
std::optional<Media> mediaOf(std::string_view json) {
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
    return Media{kind, type, json.substr(split + encoding.size())};
}

void appendMedia(std::string& out, const Media& media) {
    out.append(R"({"type":")").append(media.kind).append(R"(","mimeType":")").append(media.type);
    out.append(R"(","data":")").append(media.data) += '}';
}

bool isBlock(std::string_view json) {
    static constexpr std::array<std::string_view, 5> kinds{"text", "image", "audio", "resource", "resource_link"};
    return json.starts_with('{') && std::find(kinds.begin(), kinds.end(), Params(json).text("type")) != kinds.end();
}

/// A block as MCP has it: its data without the "data:TYPE;base64," that results of this device have there.
void appendBare(std::string& out, std::string_view block) {
    constexpr std::string_view begin = "\"data:";
    constexpr std::string_view encoding = ";base64,";
    const auto data = Params(block).raw("data");
    const auto split = data.substr(0, 256).find(encoding);
    if (!data.starts_with(begin) || split == std::string_view::npos) {
        out += block;
        return;
    }
    const auto at = static_cast<std::size_t>(data.data() - block.data());
    out.append(block.substr(0, at)).append("\"").append(data.substr(split + encoding.size()));
    out += block.substr(at + data.size());
}

/// Empty if it is no list of blocks.
std::vector<std::string_view> blocksOf(std::string_view json) {
    auto entries = json.starts_with('[') ? base::jsonEntries(json) : std::vector<std::string_view>();
    if (entries.size() > mostBlocks || !std::all_of(entries.begin(), entries.end(), isBlock)) {
        entries.clear();
    }
    return entries;
}

void appendBlocks(std::string& out, const std::vector<std::string_view>& blocks) {
    for (const auto block : blocks) {
        out += block.data() == blocks.front().data() ? "" : ",";
        appendBare(out, block);
    }
}

/// One block: a string as it is, everything else as a string.
void appendText(std::string& out, std::string_view json) {
    out += R"({"type":"text","text":)";
    if (json.starts_with('"')) {
        out += json;
    } else {
        base::appendJsonString(out, json);
    }
    out += '}';
}

void appendContent(std::string& out, std::string_view result) {
    if (const auto blocks = blocksOf(result); !blocks.empty()) {
        appendBlocks(out, blocks);
    } else if (const auto media = mediaOf(result)) {
        appendMedia(out, *media);
    } else {
        appendText(out, result);
    }
}

}  // namespace

void appendSuccess(std::string& out, std::string_view result, Structure structure) {
    out += R"("content":[)";
    appendContent(out, result);
    out += ']';
    if (structure == Structure::plain) {
        out.append(R"(,"structuredContent":)").append(result);
    } else if (structure == Structure::wrapped) {
        out.append(R"(,"structuredContent":{"result":)").append(result) += '}';
    }
}

std::size_t largestSuccess(std::string_view result, Structure structure) {
    const std::size_t content = result.starts_with('"') ? result.size() : base::jsonStringSize(result);
    return besideResult + content + (structure == Structure::none ? 0 : result.size());
}

void appendFailure(std::string& out, std::string_view text) {
    out += R"("content":[{"type":"text","text":)";
    base::appendJsonString(out, text);
    out += R"(}],"isError":true)";
}

std::string failureMeta(base::Code code) {
    return R"("aip/code":)" + std::to_string(static_cast<std::int32_t>(code));
}

}  // namespace aip::mcp
