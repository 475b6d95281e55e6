#pragma once

#include "audit/ledger.h"
#include "audit/record_queue.h"
#include "audit/trail.h"
#include "base/clock.h"

#include <atomic>
#include <chrono>
#include <cstddef>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>

namespace aip::audit {

/// When what is written is also on the disk.
enum class Sync {
    none,    ///< when the system likes
    group,   ///< after all records that waited
    record,  ///< after each record
};

struct TrailSettings {
    std::filesystem::path file;
    std::size_t maxFileSize = 16UL << 20U;
    std::size_t maxFiles = 10;
    Sync sync = Sync::group;
    Parameters parameters = Parameters::cut;
    QueueLimits queue{};
    std::chrono::milliseconds checkpointEvery = std::chrono::hours(1);
    /// A place in the chain that is to be kept elsewhere: at start, when a file is full, each `checkpointEvery` if
    /// there are new records, and at the end. On the writer's thread; the first one within open().
    std::function<void(const Checkpoint&)> checkpoint{};
    /// Whole lines that stand in the file now. On the same thread; may block a little. May be null.
    std::function<void(std::string_view lines)> written{};
};

/// Records in a chain in a file, by a thread of its own.
///
/// While the file cannot be written, it is tried again each second; nothing is dropped, and when the queue is full,
/// calls are refused. It works again when all that waits is written and synced, or when that has gone well for a
/// second. Only records that cannot be written when the trail is stopped, or its process is killed, are lost: who opens
/// the file next begins with a record that counts them. An event that finds the queue full has a line in the log. A
/// checkpoint is of a record in a file.
class FileTrail final : public Trail {
  public:
    /// Opens the file and starts the thread; see TrailFile::open(). `clock` outlives the trail.
    static base::Result<std::unique_ptr<FileTrail>> open(TrailSettings settings, const base::Clock& clock);
    ~FileTrail() override;
    FileTrail(const FileTrail&) = delete;
    FileTrail& operator=(const FileTrail&) = delete;

    /// Also ends the thread; the end of calls is not recorded any more.
    void stop() override;

    std::uint64_t written() const override { return _written; }

    base::Result<std::shared_ptr<OpenCall>> begin(const Asked& asked, std::shared_ptr<const ToolFacts> tool,
                                                  Decision decision) override;
    bool isCrowded() const noexcept override { return _queue.isCrowded(); }
    void awaitRoom() override;
    void wake() noexcept override { _queue.wake(); }
    std::string place() const override { return _settings.file.string(); }
    TrailState state() const override;
    void unrecorded() noexcept override { _queue.countRefused(); }
    void event(std::string_view kind, std::string members) noexcept override;

  private:
    class Call;

    FileTrail(TrailSettings settings, Ledger ledger, const base::Clock& clock);

    void run();
    bool turn();
    void notMade(const char* why);
    void add(const Item& item, std::string& room);
    void addCounted(const char* kind, std::uint64_t& count);
    void addLine(const std::string& members);
    std::string membersOf(const Item& item, std::string room) const;
    void flush();
    bool lasts();
    template <typename Step>
    bool persist(const Step& step);
    void missed(const EventRecord& event) const;
    void failed(const base::Error& why);
    void recovered();
    void tellCheckpoint();

    const TrailSettings _settings;
    const base::Clock& _clock;
    RecordQueue _queue;
    std::atomic<std::uint64_t> _written{0};
    // Of the writer from here on.
    Ledger _ledger;
    RecordQueue::Taken _group{};
    std::size_t _next = 0;  ///< of the group: what is before it is sealed
    Checkpoint _flushed;
    Checkpoint _told;
    base::Clock::TimePoint _nextCheckpoint;
    bool _failing = false;
    std::optional<base::Clock::TimePoint> _goodSince;  ///< while failing: what was written since then has lasted
    bool _gaveUp = false;                              ///< stopped while failing
    bool _short = false;                               ///< of memory, the last time
    bool _lastTry = false;                             ///< for the record that is next: the trail is stopped
    std::uint64_t _lost = 0;                           ///< beside what the ledger has not written
    std::thread _thread;
};

}  // namespace aip::audit
