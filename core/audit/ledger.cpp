#include "audit/ledger.h"

#include "audit/sha256.h"

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
    Ledger ledger(std::move(settings), *std::move(file),
                  head ? Checkpoint{head->sequence, sha256Of(line)} : Checkpoint());
    ledger.begin(strange ? "the last line was not a record" : "start");
    const auto written = ledger.write();
    return written ? Result<Ledger>(std::move(ledger)) : written.error();
}

void Ledger::begin(const std::string& why) {
    std::string members = R"("why":")" + why + "\"";
    if (_chain.last().sequence == 0) {
        members += R"(,"chain":"new")";
    }
    if (cut() > 0 && why != "rotation") {
        members += R"(,"cut_bytes":)" + std::to_string(cut());
    }
    _sealed += _chain.seal(_settings.opened(members));
}

Result<void> Ledger::add(const std::string& members) {
    if (_file.size() + _sealed.size() + members.size() > _settings.maxSize) {
        auto done = write();
        if (done) {
            done = rotate();
        }
        if (!done) {
            return done;
        }
    }
    _sealed.reserve(_sealed.size() + members.size() + 2 * hashLength);  // what is sealed must not get lost
    _sealed += _chain.seal(members);
    return {};
}

Result<void> Ledger::write() {
    if (_sealed.empty()) {
        return {};
    }
    auto done = _file.write(_sealed);
    if (done) {
        if (_settings.written) {
            _settings.written(_sealed);
        }
        _sealed.clear();
    }
    return done;
}

Result<void> Ledger::rotate() {
    if (auto done = _settings.syncsFiles ? _file.sync() : Result<void>(); !done) {
        return done;
    }
    if (auto done = _file.rotate(); !done) {
        return done;
    }
    _settings.rotated(_chain.last());
    begin("rotation");
    return {};
}

}  // namespace aip::audit
