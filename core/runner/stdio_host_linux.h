#pragma once

#include "base/guarded.h"
#include "mcp/lines.h"
#include "runner/hosted.h"
#include "runner/program_setting_linux.h"
#include "runner/supervised_linux.h"
#include "runner/tool_session.h"
#include "runner/wake_time.h"

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace aip::runner {

/// A program that serves all calls in one process: a plugin (sdk/PROGRAMS.md, "stdio") or an MCP server. One thread of
/// its own reads what the program says. When the program ends by itself, or breaks the protocol, this process ends in
/// the same way: the agent then does what it does for every plugin whose process ends.
class StdioHost final : public Hosted {
  public:
    /// Blocks until the program has told its tools.
    static base::Result<std::unique_ptr<Hosted>, hosting::Refusal> start(const std::vector<std::string>& command,
                                                                         ToolSessionSettings settings,
                                                                         ProgramSetting setting,
                                                                         const HostedWiring& wiring);

    /// Closes the program's input; terminates and then kills it if it does not end.
    ~StdioHost() override;

    base::Result<std::string> listTools() const override;
    void invoke(std::shared_ptr<hosting::Call> call, Keeper keeper, Done done) override;
    void cancel(std::string_view callId) override;

  private:
    struct State {
        explicit State(ToolSessionSettings settings) : session(std::move(settings)) {}

        ToolSession session;
        std::string toSend;
        std::size_t sent = 0;  ///< of it
        WakeTime wakes;        ///< the thread
        bool deaf = false;     ///< the program does not read any more
        bool stopping = false;
    };

    StdioHost(Supervised program, ToolSessionSettings settings, ProgramSetting setting, base::Descriptor in,
              base::Descriptor out, const HostedWiring& wiring);

    void loop();
    bool poll();
    bool readSome();
    bool write(State& state);
    void endDeaf();
    int untilNext();
    static void queue(State& state, const std::vector<mcp::Outgoing>& messages);
    template <typename Use>
    void apply(Use&& use);
    void programEnded();
    void refuse(const std::string& why);
    void wake() const;

    const Supervised _program;
    const ProgramSetting _setting;  ///< its descriptors stay open as long as the program runs
    const base::Descriptor _out;
    const base::Descriptor _wake;
    const hosting::LogSink _log;
    const std::optional<hosting::ArtifactPort> _files;
    const std::function<void()> _toolsChanged;
    base::Descriptor _in;  ///< used with the state's mutex held, by write(), and by the thread after that has ended
    mcp::Lines _lines;
    base::Guarded<State> _state;
    std::thread _thread;
};

}  // namespace aip::runner
