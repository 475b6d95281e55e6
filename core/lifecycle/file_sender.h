#pragma once

#include "lifecycle/md5.h"
#include "lifecycle/outbox.h"
#include "lifecycle/transfer.h"
#include "protocol/messages.h"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace aip::lifecycle {

/// Sends the files that plugins put into the outbox, one at a time, because pieces on the wire do not name their file.
/// A file of at most one piece is sent as one frame, a larger one in pieces.
///
/// Threads: all functions run on the I/O thread; pieces are read, and files closed, on the disk thread. The next piece
/// is read when the one before is sent, and sent when the channel's queue is low: at most three pieces are in memory.
/// Lifetime: a file stays alive while the disk thread reads it, also after it is dropped.
class FileSender {
  public:
    using Job = std::function<void()>;

    /// Without an outbox no files are sent.
    FileSender(const TransferSettings& settings, TransferLink& link, std::shared_ptr<Outbox> outbox)
        : _settings(settings), _link(link), _outbox(std::move(outbox)) {}
    ~FileSender();
    FileSender(const FileSender&) = delete;
    FileSender& operator=(const FileSender&) = delete;

    void connected();
    /// Drops all files and accepts no new ones until connected().
    void disconnected(const std::string& why);

    /// Sends what can be sent now. Call it when the queue may have become shorter or a file was put into the outbox.
    void pump();

    /// Runs `job`, which holds `bytes`, when all files put for this session so far are sent or dropped.
    void afterFilesOf(const std::string& sessionId, std::size_t bytes, Job job);

    /// Bytes of the jobs that wait for a file.
    std::size_t waiting() const { return _waiting; }

    /// Drops the files of a session and tells the server.
    void drop(const std::string& sessionId, const std::string& why);

  private:
    struct Waiting {
        Job job;
        std::size_t bytes;
    };

    /// Of a file that was taken from the outbox; given back when this is destroyed.
    class Place {
      public:
        explicit Place(std::shared_ptr<Outbox> outbox) : _outbox(std::move(outbox)) {}
        ~Place() { _outbox->done(); }
        Place(const Place&) = delete;
        Place& operator=(const Place&) = delete;

      private:
        const std::shared_ptr<Outbox> _outbox;
    };

    /// One file being sent. While `reading`, its artifact's content and `digest` belong to the disk thread, and so does
    /// `place` when it is closed.
    struct File {
        std::optional<Place> place{};  ///< given back after the content is closed
        hosting::Artifact artifact;
        std::uint64_t pieces = 1;
        std::uint64_t next = 0;  ///< the piece to send next
        bool begun = false;
        bool reading = false;
        std::optional<std::string> piece{};  ///< read, not yet sent
        std::string md5{};                   ///< set when the last piece is read
        std::deque<Waiting> after{};
        Md5 digest{};
    };
    using FilePtr = std::shared_ptr<File>;

    bool step(const FilePtr& file);
    void fetchNew();
    void begin(File& file);
    void read(const FilePtr& file);
    void arrived(const FilePtr& file, base::Result<std::string> piece);
    void sendPiece(File& file);
    void end(File& file);
    void finishFirst();
    void runAfter(File& file);
    void close(const FilePtr& file);
    void dropFile(const FilePtr& file, const std::string& why);
    void dropIf(const std::function<bool(const File&)>& matches, const std::string& why);
    void say(const protocol::Announcement& announcement, std::optional<std::string> frame = {});
    protocol::Announcement about(const File& file, protocol::ServerType type) const;

    const TransferSettings& _settings;
    TransferLink& _link;
    const std::shared_ptr<Outbox> _outbox;
    std::deque<FilePtr> _files;  ///< the first one is being sent
    std::size_t _waiting = 0;
};

}  // namespace aip::lifecycle
