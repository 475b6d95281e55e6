#pragma once

#include "hosting/call.h"
#include "hosting/coalescing_worker.h"
#include "link/link.h"
#include "runner/confinement_linux.h"
#include "runner/hosted.h"
#include "runner/result_areas.h"

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>

namespace aip::runner {

/// Runs one plugin in this process for the agent at the other end of the link.
///
/// The main thread is the plugin's control thread. All other threads are readers, which wait for the next message. A
/// reader that receives a call invokes it itself, after it has made sure that another thread reads meanwhile. So a call
/// is never passed from thread to thread, and a cancel is read at once. If the agent is gone or breaks the protocol,
/// the process ends. No lock is held during a call into the plugin.
class PluginServer {
  public:
    PluginServer(link::Link& link, Confinement& confinement, HostedKind kind)
        : _link(link), _confinement(confinement), _kind(std::move(kind)) {}

    /// Serves from the first message to the last. Returns the exit code.
    int run();

  private:
    /// Serves one call at a time.
    struct Place {
        std::uint32_t index = 0;
        std::mutex mutex;
        std::uint64_t number = 0;  ///< of the latest call
        std::shared_ptr<hosting::Call> call;
        std::uint64_t cancelledEarly = 0;  ///< a call whose Invoke another thread has not handled yet
        hosting::Outcome early;
    };
    /// A thread waits for the agent's answer to its artifact.
    struct Question {
        bool answered = false;
        base::Result<void> answer;
    };

    bool startPlugin(link::Link::Received first);
    bool confine(const link::Start& start);
    bool addReader();
    void read();
    void handle(link::Link::Received& received);
    void carryOut(const link::Invoke& invoke, link::Link::Received& received);
    void invoke(const std::shared_ptr<hosting::Call>& call, Place& place);
    void finished(Place& place, hosting::Outcome outcome);
    void silent(const hosting::Call& call, const std::string& why);
    void report(link::Finished result);
    void refuse(const link::Invoke& invoke, const std::string& why);
    void taken(const link::Taken& taken);
    void cancel(const link::Cancel& cancel);
    void answer(const link::Answer& answer);
    void prepareToStop();

    void toolsChanged();
    void sendTools();
    bool toolsMayBeSent();
    void setToolsUnread(bool unread);

    bool enter();
    void leave();
    std::shared_ptr<hosting::Call> begin(const link::Invoke& invoke, std::string parameters, Place& place);
    bool send(const link::Message& message);
    hosting::LogSink logSink();
    hosting::ArtifactPort artifactPort(std::uint64_t maxSize);
    base::Result<void> offer(const hosting::Artifact& artifact);
    Place& placeOf(std::uint32_t index);

    link::Link& _link;
    Confinement& _confinement;
    const HostedKind _kind;
    std::deque<Place> _places;
    ResultAreas _results{_link};
    std::unique_ptr<Hosted> _hosted;
    std::atomic<int> _readers = 0;  ///< threads that wait for the next message

    std::mutex _mutex;
    std::condition_variable _changed;
    std::size_t _inside = 0;  ///< threads that may be in the plugin
    bool _stopping = false;
    bool _started = false;
    bool _toolsStale = false;   ///< the plugin has reported a change before it was started
    bool _toolsUnread = false;  ///< the agent still has to read the list that is in its area
    hosting::CoalescingWorker _lister;
    std::map<std::uint32_t, Question> _questions;
    std::uint32_t _nextQuestion = 0;
};

}  // namespace aip::runner
