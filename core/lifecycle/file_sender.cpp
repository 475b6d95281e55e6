#include "lifecycle/file_sender.h"

#include "base/log.h"
#include "protocol/announcement.h"

#include <algorithm>
#include <new>
#include <utility>

namespace aip::lifecycle {

namespace log = base::log;
using protocol::Announcement;
using protocol::ServerType;

namespace {

/// The piece at `offset`, added to the digest. Disk thread.
base::Result<std::string> readPiece(const hosting::Artifact& artifact, std::uint64_t offset, std::size_t size,
                                    Md5& digest) {
    std::string piece(size, '\0');
    if (auto done = hosting::readArtifact(artifact, offset, piece); !done) {
        return done.error();
    }
    if (piece.size() < size) {
        return base::Error(base::Code::state, "it was shortened while it was sent");
    }
    digest.add(piece);
    return piece;
}

std::optional<std::string> unlessEmpty(const std::string& text) {
    return text.empty() ? std::nullopt : std::optional(text);
}

}  // namespace

FileSender::~FileSender() {
    if (_outbox) {
        _outbox->close();
    }
}

void FileSender::connected() {
    if (_outbox) {
        _outbox->open([this] { _link.post([] {}); });
    }
}

void FileSender::disconnected(const std::string& why) {
    fetchNew();
    if (_outbox) {
        _outbox->close();
    }
    dropIf([](const File&) { return true; }, why);
}

void FileSender::pump() {
    fetchNew();
    while (!_files.empty() && step(FilePtr(_files.front()))) {
    }
}

void FileSender::fetchNew() {
    if (!_outbox) {
        return;
    }
    for (hosting::Artifact& artifact : _outbox->take()) {
        const std::uint64_t pieces = (artifact.size + _settings.chunkSize - 1) / _settings.chunkSize;
        _files.push_back(std::make_shared<File>());
        _files.back()->place.emplace(_outbox);
        _files.back()->artifact = std::move(artifact);
        _files.back()->pieces = std::max<std::uint64_t>(pieces, 1);
    }
}

/// True if more can be done at once.
bool FileSender::step(const FilePtr& file) {
    if (!file->begun) {
        begin(*file);
    }
    if (!file->piece) {
        read(file);
        return false;
    }
    if (_link.queued() > _settings.chunkSize) {
        return false;
    }
    sendPiece(*file);
    if (file->next == file->pieces) {
        end(*file);
    }
    return true;
}

void FileSender::begin(File& file) {
    file.begun = true;
    log::info("sending file '{}' of session {}: {} bytes", file.artifact.name, file.artifact.sessionId,
              file.artifact.size);
    if (file.pieces > 1) {
        Announcement start = about(file, ServerType::fileTransferStart);
        start.size = file.artifact.size;
        start.chunkSize = _settings.chunkSize;
        start.totalChunks = file.pieces;
        say(start);
    }
}

void FileSender::read(const FilePtr& file) {
    if (std::exchange(file->reading, true)) {
        return;
    }
    const std::uint64_t offset = file->next * _settings.chunkSize;
    const std::size_t size = std::min<std::uint64_t>(_settings.chunkSize, file->artifact.size - offset);
    _link.onDiskThread([this, file, offset, size] {
        auto piece = std::make_shared<base::Result<std::string>>(readPiece(file->artifact, offset, size, file->digest));
        _link.post([this, file, piece] { arrived(file, std::move(*piece)); });
    });
}

void FileSender::arrived(const FilePtr& file, base::Result<std::string> piece) {
    file->reading = false;
    if (_files.empty() || _files.front() != file) {
        return;  // dropped meanwhile
    }
    if (!piece) {
        return dropFile(file, piece.error().text());
    }
    file->piece = *std::move(piece);
    if (file->next + 1 == file->pieces) {
        file->md5 = file->digest.take();
    }
    pump();
}

void FileSender::sendPiece(File& file) {
    Announcement piece;
    if (file.pieces == 1) {
        piece = about(file, ServerType::binaryData);
        piece.checksum = file.md5;
    } else {
        piece.chunkNumber = file.next;
        piece.chunkSize = file.piece->size();
    }
    piece.size = file.piece->size();
    ++file.next;
    say(piece, std::exchange(file.piece, std::nullopt));
}

void FileSender::end(File& file) {
    if (file.pieces > 1) {
        Announcement complete = about(file, ServerType::fileTransferComplete);
        complete.mimeType.reset();
        complete.totalChunks = file.pieces;
        complete.checksum = file.md5;
        say(complete);
    }
    log::info("file '{}' is sent, MD5 {}", file.artifact.name, file.md5);
    finishFirst();
}

/// A plugin may have handed over a file that blocks whoever closes it. Until then it has its place.
void FileSender::close(const FilePtr& file) {
    _link.onDiskThread([file] {
        file->artifact.content = {};
        file->place.reset();
    });
}

void FileSender::finishFirst() {
    const FilePtr file = std::move(_files.front());
    _files.pop_front();
    close(file);
    runAfter(*file);
}

/// All of them, even if one throws.
void FileSender::runAfter(File& file) {
    while (!file.after.empty()) {
        const Waiting next = std::move(file.after.front());
        file.after.pop_front();
        _waiting -= next.bytes;
        try {
            next.job();
        } catch (const std::bad_alloc&) {
            runAfter(file);
            throw;
        }
    }
}

void FileSender::afterFilesOf(const std::string& sessionId, std::size_t bytes, Job job) {
    fetchNew();
    const auto last = std::find_if(_files.rbegin(), _files.rend(),
                                   [&](const FilePtr& file) { return file->artifact.sessionId == sessionId; });
    if (last == _files.rend()) {
        return job();
    }
    (*last)->after.push_back({std::move(job), bytes});
    _waiting += bytes;
}

void FileSender::drop(const std::string& sessionId, const std::string& why) {
    fetchNew();
    dropIf([&](const File& file) { return file.artifact.sessionId == sessionId; }, why);
}

void FileSender::dropIf(const std::function<bool(const File&)>& matches, const std::string& why) {
    std::vector<FilePtr> doomed;
    std::copy_if(_files.begin(), _files.end(), std::back_inserter(doomed),
                 [&](const FilePtr& file) { return matches(*file); });
    for (const FilePtr& file : doomed) {
        dropFile(file, why);
    }
}

void FileSender::dropFile(const FilePtr& file, const std::string& why) {
    const std::string text = "File '" + file->artifact.name + "' of session '" + file->artifact.sessionId +
                             "' is not sent" + (file->begun ? " to its end: " : ": ") + why;
    log::warn("{}", text);
    _link.sendError(text);
    std::erase(_files, file);
    close(file);
    runAfter(*file);
}

void FileSender::say(const Announcement& announcement, std::optional<std::string> frame) {
    _link.send({.pieces = protocol::encode(announcement, _link.now()), .attachment = std::move(frame)});
}

Announcement FileSender::about(const File& file, ServerType type) const {
    return {.type = type,
            .filename = file.artifact.name,
            .mimeType = unlessEmpty(file.artifact.mimeType),
            .sessionId = unlessEmpty(file.artifact.sessionId)};
}

}  // namespace aip::lifecycle
