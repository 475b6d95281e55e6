#include "audit/reader.h"

#include "base/json_members.h"
#include "base/json_text.h"

#include <algorithm>
#include <utility>

namespace aip::audit {
namespace {

constexpr std::size_t deepestRecord = 256;

/// Of a record: times of one form, which compare like their texts. Empty: it is not one.
std::string timeOf(std::string_view line) {
    constexpr std::string_view member = R"("time":")";
    const auto at = line.find(member);
    const auto text = at == std::string_view::npos ? std::string_view() : line.substr(at + member.size());
    return std::string(text.substr(0, text.find('"')));
}

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
    return (!filter.since || valueOf("time") >= base::jsonString(base::timestamp(*filter.since))) &&
           (!filter.session || valueOf("session") == base::jsonString(*filter.session)) &&
           (!filter.tool || isTool(valueOf("tool"), *filter.tool));
}

base::Result<void> Reader::begin() {
    auto parts = PartList::of(_path);
    if (!parts) {
        return std::move(parts).error();
    }
    if (_part && !parts->skipTo(*_part)) {
        _part.reset();
    }
    _parts = *std::move(parts);
    _lines.reset();
    return {};
}

/// False: there are no more.
base::Result<bool> Reader::beginPart() {
    auto part = _parts->next();
    if (!part || !*part) {
        return part ? base::Result<bool>(false) : std::move(part).error();
    }
    _offset = (*part)->identity == _part ? _offset : 0;
    _part = (*part)->identity;
    _lines.emplace(**std::move(part), _offset);
    return true;
}

base::Result<std::optional<std::string_view>> Reader::next() {
    for (;;) {
        const auto begun = _lines ? base::Result<bool>(true) : beginPart();
        if (!begun || !*begun) {
            return begun ? base::Result<std::optional<std::string_view>>(std::nullopt) : begun.error();
        }
        const auto line = _lines->next();
        if (!line) {
            return line.error();
        }
        _offset = _lines->offset();
        if (!*line) {
            _lines.reset();
        } else if ((*line)->complete && matches(_filter, (*line)->text)) {
            return std::optional((*line)->text);
        }
    }
}

base::Result<void> Reader::read(const std::function<void(std::string_view line)>& take) {
    if (auto begun = begin(); !begun) {
        return begun;
    }
    auto line = next();
    for (; line && *line; line = next()) {
        take(**line);
    }
    return line ? base::Result<void>() : std::move(line).error();
}

base::Result<void> MergedReader::Source::advance() {
    auto next = reader.next();
    line = next ? *next : std::nullopt;
    if (line) {
        time = std::max(time, timeOf(*line));
    }
    return next ? base::Result<void>() : std::move(next).error();
}

base::Result<void> MergedReader::begin() {
    auto files = filesBeside(_path);
    files.push_back(_path);
    base::Result<void> done;
    for (auto& file : files) {
        auto& source = _sources.try_emplace(file, file, _filter).first->second;
        auto begun = source.reader.begin();
        begun = begun ? source.advance() : std::move(begun);
        const bool mayLack = file != _path && !begun && begun.error().code() == base::Code::notFound;
        if (!begun && !mayLack) {
            done = std::move(begun);
        }
    }
    return done;
}

/// Of those that have a line.
MergedReader::Source* MergedReader::earliest() {
    Source* found = nullptr;
    for (auto& [file, source] : _sources) {
        if (source.line && (found == nullptr || source.time < found->time)) {
            found = &source;
        }
    }
    return found;
}

base::Result<void> MergedReader::read(const Take& take) {
    auto done = begin();
    while (auto* source = earliest()) {
        take(source->file, *source->line);
        if (auto advanced = source->advance(); !advanced) {
            done = std::move(advanced);
        }
    }
    return done;
}

}  // namespace aip::audit
