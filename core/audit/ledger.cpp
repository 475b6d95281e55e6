#include "audit/ledger.h"

#include "base/json_object.h"
#include "base/sha256.h"

#include <utility>

namespace aip::audit {

using base::Result;

Result<Ledger> Ledger::open(Settings settings) {
    auto file = TrailFile::open(settings.file);
    if (!file) {
        return std::move(file).error();
    }
    const std::string& line = file->lastLine();
    const auto head = headOf(line);
    const bool strange = !line.empty() && !head;
    if (strange) {
        if (const auto left = file->rotate(); !left) {
            return left.error();
        }
    }
    auto last = head ? Checkpoint{head->sequence, base::sha256Of(line)} : Checkpoint();
    Ledger ledger(std::move(settings), *std::move(file), std::move(last));
    ledger.begin(strange ? "the last line was not a record" : "start", ledger.cut());
    if (const auto owed = ledger._file.owed(); owed > 0) {
        ledger._chain.seal(ledger._sealed, ledger._settings.lost(owed));
    }
    if (const auto written = ledger.write(); !written) {
        return written.error();
    }
    ledger.owe(0);
    return ledger;
}

void Ledger::begin(const std::string& why, std::uint64_t cut) {
    base::JsonObject members;
    members.text("why", why);
    if (_chain.last().sequence == 0) {
        members.text("chain", "new");
    }
    if (cut > 0) {
        members.number("cut_bytes", cut);
    }
    _chain.seal(_sealed, _settings.opened(members.takeMembers()));
}

Result<void> Ledger::add(const std::string& members) {
    const bool full = _file.size() + _sealed.size() + members.size() > _settings.maxSize;
    const bool gone = _sealed.empty() && !_file.isInPlace();
    if (full || gone) {
        auto done = write();
        if (done) {
            done = rotate(gone ? "the file was taken away" : "rotation");
        }
        if (!done) {
            return done;
        }
    }
    _chain.seal(_sealed, members);
    return {};
}

Result<void> Ledger::write() {
    if (_sealed.empty()) {
        return {};
    }
    if (auto done = _file.write(_sealed); !done) {
        return done;
    }
    _kept = _chain.last();
    const std::string lines = std::exchange(_sealed, {});  // whatever happens now, they are written once
    if (_settings.written) {
        _settings.written(lines);
    }
    return {};
}

Result<void> Ledger::rotate(const std::string& why) {
    if (auto done = _settings.syncsFiles ? _file.sync() : Result<void>(); !done) {
        return done;
    }
    if (auto done = _file.rotate(); !done) {
        return done;
    }
    _settings.rotated(_chain.last());
    begin(why);
    return {};
}

}  // namespace aip::audit
