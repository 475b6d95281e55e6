#pragma once

#include "base/guarded.h"
#include "mcp/lines.h"
#include "mcp/tool_client.h"
#include "runner/hosted.h"
#include "runner/program_setting_linux.h"
#include "runner/supervised_linux.h"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace aip::runner {

/// A program that serves all calls in one process: sdk/PROGRAMS.md, "stdio". One thread of its own reads what the
/// program says. When the program ends by itself, or breaks the protocol, this process ends in the same way: the agent
/// then does what it does for every plugin whose process ends.
class StdioHost final : public Hosted {
  public:
    /// Blocks until the program has told its tools, which must hold all that the manifest promises.
    static base::Result<std::unique_ptr<Hosted>, hosting::Refusal> start(const hosting::PluginSpec& spec,
                                                                         const hosting::ProgramSpec& program,
                                                                         ProgramSetting setting,
                                                                         const HostedWiring& wiring);

    /// Closes the program's input; terminates and then kills it if it does not end.
    ~StdioHost() override;

    base::Result<std::string> listTools() const override { return std::string("[]"); }
    void invoke(std::shared_ptr<hosting::Call> call, Keeper keeper, Done done) override;
    void cancel(std::string_view callId) override;

  private:
    struct Running {
        std::shared_ptr<hosting::Call> call;
        Keeper keeper;
        Done done;
    };
    /// How the start went: none yet, or the tools, or why not.
    using Opening = std::optional<base::Result<std::set<std::string>, hosting::Refusal>>;
    struct State {
        mcp::ToolClient client;
        std::string toSend;
        std::size_t sent = 0;  ///< of it
        std::map<mcp::RequestId, Running> running;
        Opening opening;
        bool stopping = false;
    };

    StdioHost(Supervised program, ProgramSetting setting, base::Descriptor in, base::Descriptor out,
              const HostedWiring& wiring);

    void loop();
    bool poll();
    bool readSome();
    bool write(State& state);
    void carryOut(mcp::Event event);
    void on(mcp::Ready ready);
    void on(const mcp::Unusable& unusable);
    void on(mcp::Finished finished);
    void on(const mcp::GivenUp& givenUp);
    void on(const mcp::Progress& progress);
    void on(const mcp::Ignored& ignored);
    void finish(mcp::RequestId id, hosting::Outcome outcome);
    void programEnded();
    void refuse(const std::string& why);
    void wake() const;

    const Supervised _program;
    const ProgramSetting _setting;  ///< its descriptors stay open as long as the program runs
    const base::Descriptor _out;
    const base::Descriptor _wake;
    const hosting::LogSink _log;
    base::Descriptor _in;  ///< used with the state's mutex held, by write(), and by the thread after that has ended
    mcp::Lines _lines;
    int _ignored = 0;
    base::Guarded<State> _state;
    std::thread _thread;
};

}  // namespace aip::runner
