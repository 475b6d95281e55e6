#pragma once

#include "base/clock.h"
#include "base/spliced_text.h"
#include "hosting/artifact.h"
#include "hosting/refusal.h"
#include "mcp/relist.h"
#include "mcp/tool_catalog.h"
#include "mcp/tool_client.h"
#include "runner/hang_watch.h"
#include "runner/hosted.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace aip::runner {

struct ToolSessionSettings {
    mcp::ClientSettings client{};
    std::optional<mcp::ToolRules> rules{};     ///< none: a program, whose manifest says what its tools are
    std::vector<std::string> promised{};       ///< names of a program's tools
    std::chrono::milliseconds patience{0};     ///< with a call that neither ends nor reports progress; 0: no limit
    std::size_t maxResultSize = 100UL << 20U;  ///< of one call, bytes
    bool endsIfHanging = false;                ///< it is a process of ours, see Effects::hangs
};

/// The calls of one program or server that speaks MCP, however its messages travel. Pure: it has no threads, locks or
/// descriptors. Messages go in with the time; effects come out, which the caller carries out with no lock held. Not for
/// concurrent use.
class ToolSession {
  public:
    using TimePoint = base::Clock::TimePoint;

    struct Running {
        std::shared_ptr<hosting::Call> call;
        Hosted::Keeper keeper;
        Hosted::Done done;
        TimePoint made{};
        TimePoint limit = TimePoint::max();
    };
    struct Ending {
        Running over;
        hosting::Outcome outcome;
        std::string oversized{};                   ///< the result, if the outcome is that it is too large
        std::optional<base::SplicedText> large{};  ///< the result, if the outcome has none; slices of the message
    };
    struct Report {
        std::shared_ptr<hosting::Call> call;
        std::uint32_t permille = 0;
        std::string text;
    };
    struct Effects {
        std::vector<mcp::Outgoing> send{};
        std::vector<mcp::RequestId> givenUp{};  ///< nobody waits for the answers to these any more
        std::vector<Ending> endings{};
        std::vector<Report> reports{};
        std::vector<std::string> warnings{};
        bool opened = false;  ///< opening() is known now
        bool listed = false;  ///< after that: tools() has changed
        std::string hangs{};  ///< not empty: the server is to be ended, because of this
    };

    explicit ToolSession(ToolSessionSettings settings) : _settings(std::move(settings)), _client(_settings.client) {}

    Effects open();
    /// A message of the server. It lives until the effects are carried out.
    Effects take(std::string_view message, TimePoint now);
    /// A request will not be answered.
    Effects lost(mcp::RequestId request, std::string_view why, TimePoint now);

    Effects invoke(std::shared_ptr<hosting::Call> call, Hosted::Keeper keeper, Hosted::Done done, TimePoint now);
    /// The call has been cancelled.
    Effects cancel(std::string_view callId, TimePoint now);

    /// The server may have told of changes while nobody listened.
    Effects changesMissed(TimePoint now);

    /// What is due at `now`; and when something is next.
    Effects turn(TimePoint now);
    TimePoint next() const;

    /// The opening has failed, because of `why`; without effect if it is over.
    void refuse(hosting::Refusal why);
    /// None: it is not over.
    const std::optional<hosting::Check>& opening() const { return _opening; }
    /// Of a server: the list for the agent, a JSON array.
    const std::string& tools() const { return _catalog.json(); }

    const mcp::ToolClient& client() const { return _client; }

  private:
    void carry(std::vector<mcp::Event> events, Effects& effects, TimePoint now);
    void on(mcp::Ready ready, Effects& effects, TimePoint now);
    void on(const mcp::Unusable& unusable, Effects& effects, TimePoint now);
    void on(mcp::Finished finished, Effects& effects, TimePoint now);
    void on(const mcp::Progress& progress, Effects& effects, TimePoint now);
    void on(const mcp::ListChanged& changed, Effects& effects, TimePoint now);
    void on(const mcp::Deaf& deaf, Effects& effects, TimePoint now);
    void on(const mcp::Ignored& ignored, Effects& effects, TimePoint now);
    std::string shown(std::string text) const;
    Ending endingOf(mcp::Finished finished) const;
    hosting::Check promisesKept(const mcp::Ready& ready) const;
    void stop(mcp::RequestId id, hosting::Outcome outcome, Effects& effects, TimePoint now);
    void suspect(const Running& running, base::Code why, Effects& effects, TimePoint now);
    void end(mcp::RequestId id, Ending ending, Effects& effects);
    void renew(Running& running, TimePoint now) const;
    TimePoint oldestCall() const;

    const ToolSessionSettings _settings;
    mcp::ToolClient _client;
    mcp::ToolCatalog _catalog;
    mcp::Relist _relist;
    HangWatch _hangs;
    std::map<mcp::RequestId, Running> _running;
    std::optional<hosting::Check> _opening;
    std::uint64_t _noise = 0;
    std::uint64_t _ignored = 0;
    TimePoint _listenAt = TimePoint::max();
};

/// Carries out what of the effects goes to the agent: lines of its log, progress, and the ends of calls. A result that
/// is too large becomes a file, if `files` are sent at all: see asFile().
void tell(ToolSession::Effects& effects, const hosting::LogSink& log,
          const std::optional<hosting::ArtifactPort>& files);

}  // namespace aip::runner
