#include "audit/reader.h"

#include "base/json_members.h"
#include "base/json_text.h"

#include <algorithm>

namespace aip::audit {
namespace {

constexpr std::size_t deepestRecord = 256;

bool isTool(std::string_view value, const std::string& wanted) {
    const std::string text = base::jsonString(wanted);
    return value == text || (value.ends_with("::" + text.substr(1)) && wanted.find("::") == std::string::npos);
}

}  // namespace

bool matches(const RecordFilter& filter, std::string_view line) {
    if (!filter.since && !filter.session && !filter.tool) {
        return true;
    }
    const auto members = base::jsonMembers(line, deepestRecord);
    if (!members) {
        return false;
    }
    const auto valueOf = [&](std::string_view key) {
        const auto found =
            std::find_if(members->begin(), members->end(), [&](const auto& each) { return each.key == key; });
        return found == members->end() ? std::string_view() : found->value;
    };
    // Times of one form: they compare like their texts.
    return (!filter.since || valueOf("time") >= base::jsonString(base::timestamp(*filter.since))) &&
           (!filter.session || valueOf("session") == base::jsonString(*filter.session)) &&
           (!filter.tool || isTool(valueOf("tool"), *filter.tool));
}

base::Result<void> Reader::read(const std::function<void(std::string_view line)>& take) {
    const auto parts = openParts(_path);
    if (!parts) {
        return parts.error();
    }
    auto part = std::find_if(parts->begin(), parts->end(), [this](const auto& each) { return each.identity == _part; });
    std::uint64_t offset = part == parts->end() ? 0 : _offset;
    for (part = part == parts->end() ? parts->begin() : part; part != parts->end(); ++part, offset = 0) {
        const auto end = readLines(*part, offset, [&](std::string_view line, bool complete) {
            if (complete && matches(_filter, line)) {
                take(line);
            }
        });
        if (!end) {
            return end.error();
        }
        _part = part->identity;
        _offset = *end;
    }
    return {};
}

}  // namespace aip::audit
