#pragma once

#include "hosting/call.h"
#include "link/link.h"
#include "runner/artifact_offers.h"
#include "runner/confinement_linux.h"
#include "runner/entrance.h"
#include "runner/hosted.h"
#include "runner/result_areas.h"
#include "runner/tool_reports.h"

#include <atomic>
#include <cstdint>
#include <deque>
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
/// the process ends. Without memory for a call the call fails, and the process goes on. No lock is held during a call
/// into the plugin.
class PluginServer {
  public:
    PluginServer(link::Link& link, Confinement& confinement, HostedKind kind);

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

    bool startPlugin(link::Link::Received first);
    bool confine(const link::Start& start);
    void makePlaces(std::uint32_t count);
    bool host(const hosting::PluginSpec& spec, base::Descriptor code, const link::Start& start);
    bool addReader();
    [[noreturn]] void read();
    void readNext(base::ByteBuffer& buffer);
    void handle(link::Link::Received& received);
    void carryOut(const link::Invoke& invoke, link::Link::Received& received);
    void serve(const link::Invoke& invoke, link::Link::Received& received);
    void invoke(const std::shared_ptr<hosting::Call>& call, Place& place) noexcept;
    void finished(Place& place, hosting::Outcome outcome);
    bool report(link::Finished result);
    void refuse(const link::Invoke& invoke, std::string_view why);
    void taken(const link::Taken& taken);
    void cancel(const link::Cancel& cancel, std::string text) noexcept;
    void prepareToStop();
    std::shared_ptr<hosting::Call> begin(const link::Invoke& invoke, std::string parameters, Place& place);
    bool send(const link::Message& message);
    hosting::LogSink logSink();
    hosting::ArtifactPort artifactPort(std::uint64_t maxSize);
    Place& placeOf(std::uint32_t index);

    link::Link& _link;
    Confinement& _confinement;
    const HostedKind _kind;
    std::deque<Place> _places;
    ResultAreas _results{_link};
    std::unique_ptr<Hosted> _hosted;
    std::atomic<int> _readers = 0;  ///< threads that wait for the next message

    Entrance _entrance;  ///< of the plugin
    ArtifactOffers _offers{_link};
    ToolReports _tools;
};

}  // namespace aip::runner
