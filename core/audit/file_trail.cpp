#include "audit/file_trail.h"

#include "base/log.h"
#include "base/printable.h"
#include "base/thread_name.h"

#include <exception>
#include <new>
#include <utility>

namespace aip::audit {

using base::Code;
using base::Error;
using base::Result;

namespace {

constexpr std::chrono::seconds retryAfter{1};
constexpr std::chrono::milliseconds retrySoon{20};
constexpr std::chrono::seconds longestWait{1};  ///< for room
constexpr std::size_t longestMissed = 2'048;    ///< of an event in the log

std::string countOf(const char* kind, std::uint64_t count, const base::Clock& clock) {
    return eventMembers({kind, "\"count\":" + std::to_string(count), clock.wallNow()});
}

}  // namespace

/// The record of a call, and its place in the queue.
class FileTrail::Call final : public OpenCall, public std::enable_shared_from_this<Call> {
  public:
    Call(FileTrail& trail, const Asked& asked, std::shared_ptr<const ToolFacts> tool, Decision decision)
        : record{CallTexts(asked), std::move(tool), std::move(decision), trail._clock.wallNow(), trail._clock.now()},
          _trail(trail) {}

    void ended(CallEnd end) noexcept override {
        record.end = std::move(end);
        record.ended = _trail._clock.wallNow();
        record.duration = _trail._clock.now() - record.start;
        _trail._queue.putEnded(pointer());
    }

    std::shared_ptr<CallRecord> pointer() { return {shared_from_this(), &record}; }

    CallRecord record;

  private:
    FileTrail& _trail;
};

Result<std::unique_ptr<FileTrail>> FileTrail::open(TrailSettings settings, const base::Clock& clock) {
    if (!settings.checkpoint) {
        settings.checkpoint = [](const Checkpoint&) {};
    }
    auto ledger = Ledger::open({.file = {settings.file, settings.maxFiles},
                                .maxSize = settings.maxFileSize,
                                .syncsFiles = settings.sync != Sync::none,
                                .opened =
                                    [&clock](const std::string& members) {
                                        return eventMembers({"opened", members, clock.wallNow()});
                                    },
                                .lost = [&clock](std::uint64_t count) { return countOf("records_lost", count, clock); },
                                .rotated = settings.checkpoint,
                                .written = settings.written});
    if (!ledger) {
        return std::move(ledger).error();
    }
    if (ledger->cut() > 0) {
        base::log::warn("audit: {}: the last record was incomplete, {} bytes of it are cut", settings.file.string(),
                        ledger->cut());
    }
    settings.checkpoint(ledger->last());
    return std::unique_ptr<FileTrail>(new FileTrail(std::move(settings), *std::move(ledger), clock));
}

FileTrail::FileTrail(TrailSettings settings, Ledger ledger, const base::Clock& clock)
    : _settings(std::move(settings)),
      _clock(clock),
      _queue(_settings.queue),
      _ledger(std::move(ledger)),
      _flushed(_ledger.kept()),
      _told(_flushed),
      _nextCheckpoint(std::chrono::steady_clock::now() + _settings.checkpointEvery),
      _thread([this] { run(); }) {}

FileTrail::~FileTrail() {
    stop();
}

void FileTrail::stop() {
    _queue.stop();
    if (_thread.joinable()) {
        _thread.join();
    }
}

Result<std::shared_ptr<OpenCall>> FileTrail::begin(const Asked& asked, std::shared_ptr<const ToolFacts> tool,
                                                   Decision decision) {
    auto call = std::make_shared<Call>(*this, asked, std::move(tool), std::move(decision));
    if (!_queue.putBegun(call->pointer())) {
        return Error(Code::exhausted, _queue.refusal());
    }
    return std::shared_ptr<OpenCall>(std::move(call));
}

void FileTrail::awaitRoom() {
    _queue.awaitRoom(longestWait);
}

void FileTrail::event(std::string_view kind, std::string members) noexcept {
    try {
        const auto record =
            std::make_shared<const EventRecord>(EventRecord{std::string(kind), std::move(members), _clock.wallNow()});
        if (!_queue.putEvent(record)) {
            missed(*record);
        }
    } catch (const std::bad_alloc&) {
        _queue.countMissed();
        base::log::error("audit: not enough memory for the record of an event");
    }
}

/// A change that has no record: its line is all that there is of it.
void FileTrail::missed(const EventRecord& event) const {
    base::log::warn("audit: no room for the record of an event: {}",
                    base::printable(event.kind + " {" + event.members + "}", longestMissed));
}

TrailState FileTrail::state() const {
    const auto standing = _queue.standing();
    return {.kind = standing.fault ? TrailState::Kind::failing : TrailState::Kind::kept,
            .why = standing.fault ? standing.fault->text() : std::string(),
            .waiting = standing.waiting,
            .full = standing.full,
            .callsRefused = standing.refused,
            .eventsMissed = standing.missed};
}

void FileTrail::run() {
    base::nameThread("aip-audit");
    base::letOthersGoFirst();
    while (true) {
        try {
            if (!turn()) {
                break;
            }
            _short = false;
        } catch (const std::exception& failure) {
            notMade(failure.what());
        }
    }
    if (const auto lost = _lost + _ledger.unwritten(); lost > 0) {
        base::log::error("audit: {} records could not be written and are lost", lost);
        _ledger.owe(lost);
    }
    tellCheckpoint();
}

/// For want of memory, which may be there in a moment. When the trail is stopped, a record is tried once more.
void FileTrail::notMade(const char* why) {
    if (!std::exchange(_short, true)) {
        base::log::error("audit: {}; tried again", why);
    }
    if (_lastTry && _next < _group.items.size()) {
        ++_next;
        ++_lost;
    }
    _lastTry = _queue.stoppedWithin(retrySoon);
}

/// False: that was the last one. After an exception it goes on with the record that it was at.
bool FileTrail::turn() {
    if (_next == _group.items.size()) {
        _group = _queue.take(_nextCheckpoint);
        _next = 0;
    }
    addCounted("calls_refused", _group.refused);
    addCounted("events_missed", _group.missed);
    for (std::string room; _next < _group.items.size(); ++_next) {
        add(_group.items[_next], room);
    }
    flush();
    _queue.release();
    _next = 0;
    _group.items.clear();
    if (std::chrono::steady_clock::now() >= _nextCheckpoint) {
        tellCheckpoint();
        _nextCheckpoint = std::chrono::steady_clock::now() + _settings.checkpointEvery;
    }
    return !_group.last;
}

void FileTrail::addCounted(const char* kind, std::uint64_t& count) {
    if (count > 0) {
        addLine(countOf(kind, count, _clock));
        count = 0;
    }
}

/// Of all records of a group, one after the other, the members stand in the same memory.
void FileTrail::add(const Item& item, std::string& room) {
    room = membersOf(item, std::move(room));
    addLine(room);
    if (const auto* begun = std::get_if<Begun>(&item)) {
        begun->call->sequence = _ledger.last().sequence;
        begun->call->texts.dropParameters();
    }
}

void FileTrail::addLine(const std::string& members) {
    if (!persist([&] { return _ledger.add(members); })) {
        ++_lost;
    } else if (_settings.sync == Sync::record && persist([this] { return _ledger.write(); })) {
        persist([this] { return _ledger.sync(); });
    }
}

void FileTrail::flush() {
    const bool written = persist([this] { return _ledger.write(); });
    const bool syncs = (_settings.sync == Sync::group && _next > 0) || _failing;
    if (!written || (syncs && !persist([this] { return _ledger.sync(); }))) {
        return;
    }
    _flushed = _ledger.kept();
    _written += _next;
    if (_failing) {
        _ledger.owe(_queue.standing().waiting - _group.items.size());
    }
    if (_failing && lasts()) {
        recovered();
    }
}

/// Nothing waits any more, or it has worked for a while.
bool FileTrail::lasts() {
    const auto now = std::chrono::steady_clock::now();
    _goodSince = _goodSince.value_or(now);
    return _queue.standing().waiting == _group.items.size() || now - *_goodSince >= retryAfter;
}

std::string FileTrail::membersOf(const Item& item, std::string room) const {
    if (const auto* begun = std::get_if<Begun>(&item)) {
        return begunMembers(*begun->call, _settings.parameters, std::move(room));
    }
    if (const auto* ended = std::get_if<Ended>(&item)) {
        return endedMembers(*ended->call, _settings.parameters, std::move(room));
    }
    return eventMembers(*std::get<Happened>(item).event);
}

/// Until it succeeds. False: not when the trail was stopped, and then nothing does any more.
template <typename Step>
bool FileTrail::persist(const Step& step) {
    bool stopped = false;
    while (!_gaveUp) {
        const auto done = step();
        if (done) {
            return true;
        }
        failed(done.error());
        _gaveUp = stopped;
        stopped = _queue.stoppedWithin(retryAfter);
    }
    return false;
}

void FileTrail::failed(const Error& why) {
    _goodSince.reset();
    _ledger.owe(_queue.standing().waiting);
    if (!std::exchange(_failing, true)) {
        base::log::error("audit: {}; tried again each second, and calls are refused when too many records wait",
                         why.text());
        _queue.setFault(why);
    }
}

void FileTrail::recovered() {
    _failing = false;
    _goodSince.reset();
    _ledger.owe(0);
    base::log::info("audit: {} is written again", _settings.file.string());
    _queue.setFault(std::nullopt);
}

void FileTrail::tellCheckpoint() {
    if (_told != _flushed) {
        _told = _flushed;
        _settings.checkpoint(_told);
    }
}

}  // namespace aip::audit
