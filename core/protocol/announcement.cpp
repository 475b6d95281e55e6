#include "protocol/announcement.h"

#include "base/json_text.h"
#include "protocol/announcement_reader.h"

#include <array>

namespace aip::protocol {
namespace {

using namespace simdjson;  // NOLINT(google-build-using-namespace): its names fill this file

struct TextField {
    std::string_view key;
    std::optional<std::string> Announcement::*field;
};

struct NumberField {
    std::string_view key;
    std::optional<std::uint64_t> Announcement::*field;
};

constexpr std::array<TextField, 4> texts{{{"filename", &Announcement::filename},
                                          {"mime_type", &Announcement::mimeType},
                                          {"checksum", &Announcement::checksum},
                                          {"session_id", &Announcement::sessionId}}};
constexpr std::array<NumberField, 4> numbers{{{"size", &Announcement::size},
                                              {"chunk_size", &Announcement::chunkSize},
                                              {"total_chunks", &Announcement::totalChunks},
                                              {"chunk_num", &Announcement::chunkNumber}}};

bool isNull(ondemand::value& value) {
    bool null = false;
    return value.is_null().get(null) == SUCCESS && null;
}

std::string readText(ondemand::value& value, std::optional<std::string>& out) {
    std::string_view text;
    if (value.get_string().get(text) != SUCCESS) {
        return "expected a string";
    }
    if (text.size() > maxIdSize) {
        return std::to_string(text.size()) + " bytes, at most " + std::to_string(maxIdSize) + " are taken";
    }
    out = text;
    return {};
}

std::string readNumber(ondemand::value& value, std::optional<std::uint64_t>& out) {
    std::uint64_t number = 0;
    if (value.get_uint64().get(number) != SUCCESS) {
        return "expected a whole number";
    }
    out = number;
    return {};
}

/// What is wrong with a field of `fields`; empty if nothing is, or if it is none of them.
template <typename Fields, typename Out, typename Read>
std::string readOneOf(const Fields& fields, std::string_view key, ondemand::value& value, Out& out, Read read) {
    for (const auto& known : fields) {
        if (known.key != key || isNull(value)) {
            continue;
        }
        const bool twice = (out.*known.field).has_value();
        const std::string fault = twice ? "this key stands twice" : read(value, out.*known.field);
        return fault.empty() ? fault : std::string(key) + ": " + fault;
    }
    return {};
}

}  // namespace

std::string readAnnouncement(ondemand::document& document, Announcement& out) {
    document.rewind();
    ondemand::object object;
    if (document.get_object().get(object) != SUCCESS) {
        return "not valid JSON";
    }
    for (auto field : object) {
        std::string_view unescaped;
        ondemand::value value;
        if (field.unescaped_key().get(unescaped) != SUCCESS || field.value().get(value) != SUCCESS) {
            return "not valid JSON";
        }
        const std::string key(unescaped);  // the parser's memory is reused by the value
        std::string fault = readOneOf(texts, key, value, out, readText);
        if (fault.empty()) {
            fault = readOneOf(numbers, key, value, out, readNumber);
        }
        if (!fault.empty()) {
            return fault;
        }
    }
    return {};
}

Pieces encode(const Announcement& announcement, std::string_view now) {
    std::string out = R"({"type":)" + base::jsonString(name(announcement.type));
    for (const auto& [key, field] : texts) {
        if (const auto& text = announcement.*field) {
            out += "," + base::jsonString(key) + ":" + base::jsonString(*text);
        }
    }
    for (const auto& [key, field] : numbers) {
        if (const auto& number = announcement.*field) {
            out += "," + base::jsonString(key) + ":" + std::to_string(*number);
        }
    }
    out += R"(,"timestamp":)" + base::jsonString(now) + "}";
    return {std::move(out)};
}

}  // namespace aip::protocol
