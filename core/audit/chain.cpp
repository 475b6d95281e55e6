#include "audit/chain.h"

#include "base/sha256.h"

#include <charconv>
#include <new>

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

}  // namespace

std::string textOf(const Checkpoint& checkpoint) {
    return std::to_string(checkpoint.sequence) + ":" + checkpoint.head;
}

base::Result<Checkpoint> parseCheckpoint(std::string_view text) {
    const auto sequence = takeNumber(text);
    if (!sequence || !take(text, ":") || !base::isSha256(text)) {
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
    const auto previous = line.substr(0, base::sha256Length);
    const bool complete = base::isSha256(previous) && line.substr(base::sha256Length).starts_with(afterPrevious);
    return complete ? std::optional(LineHead{*sequence, previous}) : std::nullopt;
}

void Chain::seal(std::string& out, std::string_view members) {
    const std::size_t start = out.size();
    out.reserve(start + members.size() + 2 * base::sha256Length);
    out.append(beforeSequence).append(std::to_string(_last.sequence + 1));
    out.append(beforePrevious).append(_last.head).append(afterPrevious);
    out.append(members) += '}';
    try {
        _last.head = base::sha256Of(std::string_view(out).substr(start));
    } catch (const std::bad_alloc&) {
        out.resize(start);
        throw;
    }
    ++_last.sequence;
    out += '\n';
}

}  // namespace aip::audit
