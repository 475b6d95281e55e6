#include "audit/verify.h"

#include "audit/line_source.h"
#include "base/sha256.h"

#include <algorithm>
#include <charconv>
#include <utility>

namespace aip::audit {
namespace {

/// From the kind of the record on: the first one is its own, others stand in parameters.
std::string_view fromKind(std::string_view line) {
    return line.substr(std::min(line.find(R"("kind":)"), line.size()));
}

/// What this record counts; of other records 0.
std::uint64_t lostIn(std::string_view line) {
    constexpr std::string_view start = R"("kind":"records_lost","count":)";
    const auto kind = fromKind(line);
    std::uint64_t count = 0;
    if (kind.starts_with(start)) {
        std::from_chars(kind.data() + start.size(), kind.data() + kind.size(), count);
    }
    return count;
}

std::string record(std::uint64_t sequence) {
    return "record " + std::to_string(sequence);
}

std::string records(std::uint64_t first, std::uint64_t last) {
    return first == last ? record(first) + " is"
                         : "records " + std::to_string(first) + " to " + std::to_string(last) + " are";
}

}  // namespace

std::string_view name(ChainFault::Kind kind) {
    switch (kind) {
        case ChainFault::Kind::altered:
            return "altered";
        case ChainFault::Kind::missing:
            return "missing";
        case ChainFault::Kind::reordered:
            return "reordered";
        case ChainFault::Kind::cut:
            return "cut";
    }
    return {};
}

Checkpoint ChainCheck::last() const {
    return _last ? Checkpoint{_last->sequence, _last->hash} : Checkpoint();
}

void ChainCheck::fail(Kind kind, std::uint64_t sequence, std::string text) {
    if (!_fault) {
        _fault = ChainFault{kind, sequence, std::move(text)};
    }
}

void ChainCheck::beginFile(std::string name) {
    _file = std::move(name);
    _line = 0;
}

void ChainCheck::add(std::string_view line, bool complete) {
    ++_line;
    if (_fault) {
        return;
    }
    const std::uint64_t expected = _last ? _last->sequence + 1 : 1;
    const auto head = headOf(line);
    if (!complete) {
        endGap();
        return fail(Kind::cut, head ? head->sequence : expected, place() + ": the last record is incomplete");
    }
    if (!head) {
        endGap();
        return fail(Kind::altered, expected, place() + ": not a record; " + record(expected) + " was to stand there");
    }
    _lost += lostIn(line);
    Entry entry{head->sequence, std::string(head->previous), base::sha256Of(line), place()};
    if (_last || _gap) {
        addEntry(std::move(entry));
    } else {
        addFirst(std::move(entry), line);
    }
}

/// What stood before it may have been removed with older files, but then its file begins with it.
void ChainCheck::addFirst(Entry entry, std::string_view line) {
    _first = entry.sequence;
    const bool opens = fromKind(line).starts_with(R"("kind":"opened")");
    const bool begins = entry.sequence > 1 || entry.previous == Checkpoint().head;
    if (!opens) {
        fail(Kind::missing, entry.sequence - 1,
             entry.place + ": the file does not begin with the record of its opening: records before " +
                 record(entry.sequence) + " are missing");
    } else if (!begins) {
        fail(Kind::altered, entry.sequence, entry.place + ": " + record(1) + " is altered");
    }
    accept(std::move(entry));
}

void ChainCheck::addEntry(Entry entry) {
    if (_gap) {
        resolveGap(entry);
    } else if (_doubt) {
        resolveDoubt(entry);
    } else {
        addNext(std::move(entry));
    }
}

void ChainCheck::addNext(Entry entry) {
    const std::uint64_t expected = _last->sequence + 1;
    const bool fits = entry.previous == _last->hash;
    if (entry.sequence == expected && fits) {
        accept(std::move(entry));
    } else if (entry.sequence == expected) {
        _doubt = std::move(entry);
    } else if (fits) {
        fail(
            Kind::altered, expected,
            entry.place + ": " + record(expected) + " is altered: it has the number " + std::to_string(entry.sequence));
    } else if (entry.sequence > expected) {
        _gap = Gap{expected, entry.sequence, entry.place};
    } else {
        fail(Kind::reordered, entry.sequence,
             entry.place + ": " + record(entry.sequence) + " stands after " + record(_last->sequence));
    }
}

/// A record that came too early, or others too late.
void ChainCheck::resolveGap(const Entry& entry) {
    if (entry.sequence >= _gap->from && entry.sequence < _gap->to) {
        fail(Kind::reordered, entry.sequence,
             entry.place + ": " + record(entry.sequence) + " stands after " + record(_gap->to));
    }
}

/// The hash of the doubtful one is right if the next one has it: then the one before it is not what it was.
void ChainCheck::resolveDoubt(const Entry& next) {
    const Entry& guilty = next.previous == _doubt->hash ? *_last : *_doubt;
    fail(Kind::altered, guilty.sequence, guilty.place + ": " + record(guilty.sequence) + " is altered");
}

void ChainCheck::accept(Entry entry) {
    if (_checkpoint && entry.sequence == _checkpoint->sequence && entry.hash != _checkpoint->head) {
        fail(Kind::altered, entry.sequence,
             entry.place + ": " + record(entry.sequence) +
                 " is not that of the checkpoint: it, or what stands before it, was written again");
    }
    _last = std::move(entry);
}

void ChainCheck::endGap() {
    if (_gap) {
        fail(Kind::missing, _gap->from, _gap->place + ": " + records(_gap->from, _gap->to - 1) + " missing before it");
    } else if (_doubt) {
        const std::string both = record(_last->sequence) + " is altered, or the number and hash of the one after it";
        fail(Kind::altered, _last->sequence, _last->place + ": " + both);
    }
}

void ChainCheck::end() {
    endGap();
    endChain();
}

void ChainCheck::endChain() {
    const std::uint64_t last = _last ? _last->sequence : 0;
    if (_checkpoint && _checkpoint->sequence > last) {
        fail(Kind::cut, last + 1,
             (_last ? _last->place : "no file") + ": " + records(last + 1, _checkpoint->sequence) +
                 " missing at the end");
    }
}

namespace {

base::Result<void> addPart(ChainCheck& check, OpenPart part) {
    check.beginFile(part.name.filename().string());
    LineSource lines(std::move(part));
    auto line = lines.next();
    for (; line && *line; line = lines.next()) {
        check.add((*line)->text, (*line)->complete);
    }
    return line ? base::Result<void>() : std::move(line).error();
}

}  // namespace

base::Result<Verified> verify(const std::filesystem::path& path, const std::optional<Checkpoint>& checkpoint) {
    auto parts = PartList::of(path);
    if (!parts) {
        return std::move(parts).error();
    }
    ChainCheck check(checkpoint);
    auto part = parts->next();
    for (; part && *part; part = parts->next()) {
        if (auto added = addPart(check, **std::move(part)); !added) {
            return std::move(added).error();
        }
    }
    if (!part) {
        return std::move(part).error();
    }
    if (parts->hasGap()) {
        return base::Error(base::Code::unavailable,
                           path.string() + ": older parts were removed while they were read; try again");
    }
    check.end();
    return Verified{check.first(), check.last(), check.fault(), checkpoint && checkpoint->sequence < check.first(),
                    check.lost()};
}

}  // namespace aip::audit
