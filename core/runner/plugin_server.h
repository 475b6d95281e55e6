#pragma once

#include "plugins/call.h"
#include "plugins/instance.h"
#include "plugins/link.h"
#include "plugins/repeater.h"

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

namespace aip::runner {

/// Runs one plugin in this process for the agent at the other end of the link.
///
/// The main thread is the plugin's control thread. The others all wait for the next message: who gets a call runs it
/// there and then, and sees to it that another thread waits meanwhile. So a call is not handed from thread to thread,
/// and a cancel is read at once. If the agent is gone or talks nonsense, the process ends.
class PluginServer {
  public:
    explicit PluginServer(plugins::Link& link) : _link(link) {}

    /// From the first message to the last. Gives the exit code.
    int run();

  private:
    /// Where one call at a time runs.
    struct Place {
        plugins::TextMemory result;    ///< the latest large one; the agent has read it when it sends the next call
        std::uint64_t resultSize = 0;  ///< of the current call if it is in there, else 0
        std::mutex mutex;
        std::uint64_t number = 0;  ///< of the latest call
        std::shared_ptr<plugins::Call> call;
        std::uint64_t cancelledEarly = 0;  ///< a call that another thread has yet to take up
        plugins::Outcome early;
    };
    /// A thread that waits for what the agent says to its artifact.
    struct Question {
        bool answered = false;
        base::Result<void> answer;
    };

    bool startPlugin(plugins::Link::Received first);
    void addReader();
    void read();
    void handle(plugins::Link::Received& received);
    void carryOut(const plugins::link::Invoke& invoke, plugins::Link::Received& received);
    plugins::Outcome run(const std::shared_ptr<plugins::Call>& call, Place& place);
    void report(const plugins::link::Invoke& invoke, const plugins::Outcome& outcome, std::uint64_t size,
                const plugins::Descriptor& memory);
    void freeResults();
    void cancel(const plugins::link::Cancel& cancel);
    void answer(const plugins::link::Answer& answer);
    void prepareToStop();

    void toolsChanged();
    void sendTools();

    bool enter();
    void leave();
    std::shared_ptr<plugins::Call> begin(const plugins::link::Invoke& invoke, std::string_view parameters,
                                         Place& place);
    void send(const plugins::link::Message& message);
    plugins::LogSink logSink();
    plugins::ArtifactPort artifactPort(std::uint64_t maxSize);
    base::Result<void> offer(const plugins::Artifact& artifact);
    Place& placeOf(std::uint32_t index);

    plugins::Link& _link;
    std::size_t _maxResultSize = 0;
    std::deque<Place> _places;
    std::unique_ptr<plugins::Instance> _instance;
    std::atomic<int> _readers = 0;  ///< threads that wait for a message

    std::mutex _mutex;
    std::condition_variable _changed;
    std::size_t _inside = 0;  ///< threads that may be in the plugin
    bool _stopping = false;
    bool _started = false;
    bool _toolsStale = false;  ///< the plugin has said so before it was started
    plugins::Repeater _lister;
    std::map<std::uint32_t, Question> _questions;
    std::uint32_t _nextQuestion = 0;
};

}  // namespace aip::runner
