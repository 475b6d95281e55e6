#include "audit/chain.h"

#include "audit/sha256.h"

#include <charconv>

namespace aip::audit {
namespace {

constexpr std::string_view beforeSequence = R"({"seq":)";
constexpr std::string_view beforePrevious = R"(,"prev":")";
constexpr std::string_view afterPrevious = R"(",)";

bool take(std::string_view& text, std::string_view start) {
    const bool there = text.starts_with(start);
    text.remove_prefix(there ? start.size() : 0);
    return there;
}

std::optional<std::uint64_t> takeNumber(std::string_view& text) {
    std::uint64_t number = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (failed != std::errc()) {
        return std::nullopt;
    }
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    return number;
}

bool isHash(std::string_view text) {
    return text.size() == hashLength && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

}  // namespace

std::string textOf(const Checkpoint& checkpoint) {
    return std::to_string(checkpoint.sequence) + ":" + checkpoint.head;
}

base::Result<Checkpoint> parseCheckpoint(std::string_view text) {
    const auto sequence = takeNumber(text);
    if (!sequence || !take(text, ":") || !isHash(text)) {
        return base::Error(base::Code::invalid,
                           "not a checkpoint: the number of a record, a colon and 64 digits are expected, as the log "
                           "has them");
    }
    return Checkpoint{*sequence, std::string(text)};
}

std::optional<LineHead> headOf(std::string_view line) {
    if (!take(line, beforeSequence) || !line.ends_with('}')) {
        return std::nullopt;
    }
    const auto sequence = takeNumber(line);
    if (!sequence || !take(line, beforePrevious)) {
        return std::nullopt;
    }
    const auto previous = line.substr(0, hashLength);
    const bool complete = isHash(previous) && line.substr(hashLength).starts_with(afterPrevious);
    return complete ? std::optional(LineHead{*sequence, previous}) : std::nullopt;
}

std::string Chain::seal(std::string_view members) {
    std::string line;
    line.reserve(members.size() + hashLength + 64);
    line += beforeSequence;
    line += std::to_string(_last.sequence + 1);
    line += beforePrevious;
    line += _last.head;
    line += afterPrevious;
    line += members;
    line += '}';
    _last.head = sha256Of(line);
    ++_last.sequence;
    line += '\n';
    return line;
}

}  // namespace aip::audit
