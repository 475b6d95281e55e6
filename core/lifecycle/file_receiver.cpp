#include "lifecycle/file_receiver.h"

#include "base/json_text.h"
#include "base/log.h"

#include <memory>
#include <utility>

namespace aip::lifecycle {

namespace log = base::log;

namespace {

constexpr auto slowDisk = "the disk of this device is slower than the server";

}  // namespace

FileReceiver::FileReceiver(const TransferSettings& settings, TransferLink& link, const base::Clock& clock)
    : _settings(settings),
      _link(link),
      _clock(clock),
      _incoming({settings.receive, settings.maxFileSize}),
      _inbox(settings.inbox, {settings.maxInboxSize, settings.maxInboxFiles}) {}

bool FileReceiver::isFrame(std::string_view data) const {
    const std::size_t first = data.find_first_not_of(" \t\r\n");
    const bool mayBeJson = first != std::string_view::npos && data[first] == '{';
    return _incoming.expectsFrame() || !mayBeJson;
}

void FileReceiver::announced(const protocol::Announcement& announcement) {
    act(_incoming.announced(announcement));
}

void FileReceiver::frame(base::ByteBuffer data) {
    const IncomingFile::Step step = _incoming.frame(data.size());
    act(step, std::move(data));
}

void FileReceiver::checkTime() {
    if (_clock.now() >= _due) {
        act(_incoming.failed("nothing came for " + std::to_string(_settings.pieceTimeout.count()) + " ms"));
    }
}

void FileReceiver::connectionLost() {
    if (_incoming.active()) {
        log::warn("file {} of the server: dropped, its connection is gone", _file);
        drop();
    }
    _incoming.reset();
    _due = base::Clock::TimePoint::max();
    _firstFile = _file + 1;
}

void FileReceiver::act(const IncomingFile::Step& step, base::ByteBuffer data) {
    switch (step.action) {
        case Intake::none:
        case Intake::expect:
            break;
        case Intake::open:
            open();
            break;
        case Intake::append:
            append(std::move(data));
            break;
        case Intake::store:
            store();
            break;
        case Intake::keep:
            append(std::move(data));
            store();
            break;
        case Intake::fail:
            fail(step.fault);
    }
    _due = _incoming.active() ? _clock.now() + _settings.pieceTimeout : base::Clock::TimePoint::max();
}

void FileReceiver::open() {
    ++_file;
    if (tooSlow(0)) {
        return act(_incoming.failed(slowDisk));
    }
    _opened = true;
    onDisk(0, [this, size = *_incoming.claim().size, now = _clock.now()]() -> Written {
        auto opened = _inbox.open(size, now);
        return opened ? Written(std::string()) : opened.error();
    });
}

void FileReceiver::append(base::ByteBuffer data) {
    if (tooSlow(data.size())) {
        return act(_incoming.failed(slowDisk));
    }
    // Shared, because std::function needs a copyable job and the bytes must not be copied.
    auto bytes = std::make_shared<base::ByteBuffer>(std::move(data));
    onDisk(bytes->size(), [this, bytes]() -> Written {
        auto appended = _inbox.append(*bytes);
        return appended ? Written(std::string()) : appended.error();
    });
}

void FileReceiver::store() {
    _opened = false;
    onDisk(0, [this, claim = _incoming.claim(), now = _link.now()] { return _inbox.store(claim, now); });
}

void FileReceiver::fail(const std::string& fault) {
    drop();
    log::warn("{}", fault);
    _link.sendError(fault);
}

void FileReceiver::drop() {
    if (std::exchange(_opened, false)) {
        onDisk(0, [this] { return _inbox.drop(), std::string(); });
    }
}

bool FileReceiver::tooSlow(std::size_t bytes) const {
    return _jobs >= maxJobs || (_waiting != 0 && _waiting + bytes > maxWaiting);
}

void FileReceiver::onDisk(std::size_t bytes, std::function<Written()> job) {
    _waiting += bytes;
    ++_jobs;
    _link.onDiskThread([this, file = _file, bytes, job = std::move(job)] {
        _link.post([this, file, bytes, result = job()] { written(file, bytes, result); });
    });
}

void FileReceiver::written(std::uint64_t file, std::size_t bytes, const Written& result) {
    _waiting -= bytes;
    --_jobs;
    if (result && !result->empty()) {
        log::info("file {} of the server is in the inbox: {}", file, *result);
    } else if (!result && file == _file && file >= _firstFile) {
        act(_incoming.failed(result.error().text()));
    } else if (!result) {
        log::warn("file {} of the server: {}", file, result.error().text());
    }
}

}  // namespace aip::lifecycle
