#include "base/json_parser.h"

#include "base/json_number.h"
#include "base/json_text.h"
#include "base/json_values.h"
#include "base/long_strings.h"

#include <algorithm>
#include <memory>
#include <string>

namespace aip::base {
namespace {

/// Bytes of text. A parser takes 14 times that, and every thread may have one.
constexpr std::size_t keptCapacity = 16UL << 10U;

std::unique_ptr<simdjson::dom::parser>& ownParser() {
    thread_local std::unique_ptr<simdjson::dom::parser> parser;
    return parser;
}

std::string wordsFor(simdjson::error_code code) {
    switch (code) {
        case simdjson::EMPTY:
            return "it is empty";
        case simdjson::UTF8_ERROR:
            return "invalid UTF-8";
        case simdjson::DEPTH_ERROR:
            return "nested deeper than " + std::to_string(jsonDepthLimit) + " levels";
        case simdjson::NUMBER_ERROR:
            return "a number is malformed";
        case simdjson::STRING_ERROR:
            return "a string has a bad escape";
        case simdjson::UNESCAPED_CHARS:
            return "a string holds an unescaped control character";
        case simdjson::UNCLOSED_STRING:
            return "a string is not closed";
        case simdjson::T_ATOM_ERROR:
        case simdjson::F_ATOM_ERROR:
        case simdjson::N_ATOM_ERROR:
            return "a word other than true, false or null";
        case simdjson::CAPACITY:
            return "it is too large";
        case simdjson::MEMALLOC:
            return "no memory to read it";
        default:
            return "its structure is broken";
    }
}

/// One string without escapes, which is what most tools answer. Recognised without a parser, which would copy it. Most
/// are ASCII: read once.
bool isPlainString(std::string_view json) {
    if (json.size() < 2 || json.front() != '"' || json.back() != '"') {
        return false;
    }
    const std::string_view content = json.substr(1, json.size() - 2);
    const std::string_view rest = content.substr(cleanAsciiLength(content));
    return rest.empty() || (cleanLength(rest) == rest.size() && isUtf8(rest));
}

}  // namespace

Result<simdjson::dom::element> parseJson(simdjson::dom::parser& parser, std::string_view json, Padding padding) {
    return parseJson(parser, json, padding, parser.doc);
}

Result<simdjson::dom::element> parseJson(simdjson::dom::parser& parser, std::string_view json, Padding padding,
                                         simdjson::dom::document& document) {
    simdjson::dom::element root;
    auto code = json.empty() ? simdjson::EMPTY : simdjson::SUCCESS;  // it copies even nothing, from a null pointer
    if (code == simdjson::SUCCESS && (parser.max_depth() != jsonDepthLimit || parser.capacity() == 0)) {
        code = parser.allocate(json.size(), jsonDepthLimit);
    }
    if (code == simdjson::SUCCESS) {
        code = parser.parse_into_document(document, json.data(), json.size(), padding == Padding::none).get(root);
    }
    if (const auto why = code == simdjson::NUMBER_ERROR ? numberNotSupported(json) : ""; !why.empty()) {
        return Error(Code::invalid, "not readable: " + std::string(why));
    }
    if (code != simdjson::SUCCESS) {
        const auto kind = code == simdjson::CAPACITY || code == simdjson::MEMALLOC ? Code::exhausted : Code::invalid;
        return Error(kind, "not valid JSON: " + wordsFor(code));
    }
    return root;
}

ThreadParser::ThreadParser() {
    if (!ownParser()) {
        ownParser() = std::make_unique<simdjson::dom::parser>();
    }
}

ThreadParser::~ThreadParser() {
    if (ownParser()->capacity() > keptCapacity) {
        ownParser().reset();
    }
}

simdjson::dom::parser& ThreadParser::operator*() const {
    return *ownParser();
}

Result<void> checkJson(std::string_view json, Padding padding) {
    if (isPlainString(json)) {
        return {};
    }
    const auto strings = LongStrings::takenOutOf(json);
    if (hasTooManyValues(strings ? strings->rest() : json)) {
        return tooManyValues();
    }
    const ThreadParser parser;
    auto root = strings ? parseJson(*parser, strings->rest(), Padding::none) : parseJson(*parser, json, padding);
    return root ? Result<void>() : std::move(root).error();
}

}  // namespace aip::base
