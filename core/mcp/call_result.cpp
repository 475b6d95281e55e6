#include "mcp/call_result.h"

#include "base/json_text.h"
#include "mcp/json_reading.h"

#include <cstdint>
#include <optional>
#include <utility>

namespace aip::mcp {
namespace {

using namespace reading;
using base::Code;
using base::jsonString;
using simdjson::dom::array;

constexpr std::int64_t methodNotFound = -32601;
constexpr std::int64_t invalidParameters = -32602;

/// The texts of a result's content, one after the other.
std::string textsOf(element result) {
    std::string all;
    array content;
    if (result["content"].get(content) == simdjson::SUCCESS) {
        for (const element block : content) {
            all += (all.empty() ? "" : "\n") + textAt(block, "text");
        }
    }
    return all;
}

std::string errorOf(element result) {
    std::string text = textsOf(result);
    const auto structured = at(result, "structuredContent");
    if (text.empty() && structured && !structured->is_null()) {
        text = simdjson::minify(*structured);
    }
    return text.empty() ? "the tool failed and said nothing" : text;
}

/// Of an image or a sound, as JSON; empty: it is none. It may be large, and is copied once.
std::string dataUrl(element block) {
    const std::string type = textAt(block, "type");
    const std::string mime = textAt(block, "mimeType");
    const auto data = valueAt<std::string_view>(block, "data");
    if ((type != "image" && type != "audio") || mime.empty() || !data) {
        return {};
    }
    std::string url = jsonString("data:" + mime + ";base64");
    url.reserve(url.size() + data->size() + 2);
    const std::size_t comma = url.size() - 1;
    url.resize(comma);
    base::appendJsonString(url, *data);
    url[comma] = ',';  // in the place of the quote
    return url;
}

std::string blockOf(element block) {
    const std::string url = dataUrl(block);
    if (url.empty()) {
        return simdjson::minify(block);
    }
    return R"({"type":)" + jsonString(textAt(block, "type")) + R"(,"mimeType":)" +
           jsonString(textAt(block, "mimeType")) + R"(,"data":)" + url + "}";
}

/// Empty: it takes more than a string.
std::optional<std::string> singleOf(element block) {
    const auto text = valueAt<std::string_view>(block, "text");
    if (textAt(block, "type") == "text" && text) {
        return jsonString(*text);
    }
    std::string url = dataUrl(block);
    return url.empty() ? std::nullopt : std::optional(std::move(url));
}

/// Of a result without structured content.
std::string contentOf(element result) {
    array content;
    if (result["content"].get(content) != simdjson::SUCCESS || content.size() == 0) {
        return "null";
    }
    if (content.size() == 1) {
        if (auto single = singleOf(*content.begin())) {
            return *std::move(single);
        }
    }
    std::string blocks;
    for (const element block : content) {
        blocks += (blocks.empty() ? "[" : ",") + blockOf(block);
    }
    return blocks + "]";
}

std::string valueOf(element result, bool unwraps) {
    const auto structured = at(result, "structuredContent");
    if (!structured || structured->is_null()) {
        return contentOf(result);
    }
    const auto wrapped = unwraps ? at(*structured, "result") : std::nullopt;
    return simdjson::minify(wrapped.value_or(*structured));
}

/// That of the SDK's own libraries; others tell none.
Code codeOf(element result) {
    const auto meta = at(result, "_meta");
    const auto code = meta ? valueAt<std::int64_t>(*meta, "aip/code") : std::nullopt;
    constexpr std::int64_t firstOfPlugins = 1000;
    const bool known = code && ((*code > 0 && *code <= static_cast<std::int64_t>(Code::internal)) ||
                                (*code >= firstOfPlugins && *code <= INT32_MAX));
    return known ? static_cast<Code>(*code) : Code::internal;
}

/// Of a result that is none yet; the modern revision has those.
std::optional<CallEnd> incomplete(element result) {
    const std::string type = textAt(result, "resultType");
    if (type.empty() || type == "complete") {
        return std::nullopt;
    }
    if (type == "input_required") {
        return CallEnd{Code::unsupported, "the tool asks for input, and nobody is there to give it"};
    }
    return CallEnd{Code::internal, "the tool's result is of an unknown type: " + base::readable(type, 64)};
}

}  // namespace

CallEnd failureOf(element error) {
    const auto number = valueAt<std::int64_t>(error, "code").value_or(0);
    const Code code = number == methodNotFound      ? Code::notFound
                      : number == invalidParameters ? Code::invalid
                                                    : Code::internal;
    std::string text = textAt(error, "message");
    return {code, text.empty() ? "the program answered with error " + std::to_string(number) : std::move(text)};
}

CallEnd endOf(element result, bool unwraps) {
    if (isTrue(result, "isError")) {
        return {codeOf(result), errorOf(result)};
    }
    if (auto end = incomplete(result)) {
        return *std::move(end);
    }
    return {Code::ok, valueOf(result, unwraps)};
}

}  // namespace aip::mcp
