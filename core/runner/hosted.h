#pragma once

#include "base/descriptor.h"
#include "base/error.h"
#include "hosting/artifact.h"
#include "hosting/call.h"
#include "hosting/host.h"
#include "hosting/plugin_spec.h"
#include "hosting/refusal.h"
#include "link/measures.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace aip::runner {

/// The plugin that this process serves, whatever it is made of: a library in this process, or a program below it.
///
/// listTools() and the destructor run on the control thread, the latter while no call runs. invoke() runs on at most
/// `concurrency` threads at once. cancel() comes at any time.
class Hosted {
  public:
    /// One text, in its order.
    using Pieces = std::vector<std::string_view>;
    /// Gets the result of a call, as JSON. True: it has stored the result, and the Outcome has none.
    using Keeper = std::function<bool(const Pieces& json)>;
    using Done = std::function<void(hosting::Outcome outcome)>;

    Hosted() = default;
    Hosted(const Hosted&) = delete;
    Hosted& operator=(const Hosted&) = delete;
    /// Stops the plugin. Blocks as long as that takes: the agent sets a limit.
    virtual ~Hosted() = default;

    /// What it lists at run time beside the tools of its manifest: a JSON array, unchecked.
    virtual base::Result<std::string> listTools() const = 0;

    /// Runs the call. `done` is called exactly once, on any thread, before or after this returns.
    virtual void invoke(std::shared_ptr<hosting::Call> call, Keeper keeper, Done done) = 0;

    /// The call with this id has been cancelled; it may be over. Does not block.
    virtual void cancel(std::string_view callId) = 0;
};

/// What a plugin is started with.
struct HostedWiring {
    hosting::LogSink log;
    std::optional<hosting::ArtifactPort> artifacts;
    std::function<void()> toolsChanged;
    std::size_t maxResultSize = 0;
    std::uint32_t concurrency = 1;
};

/// Starts a plugin. `code` is open on its library, or on the folder of its program. Blocks. [control]
using HostedStart = std::function<base::Result<std::unique_ptr<Hosted>, hosting::Refusal>(
    const hosting::PluginSpec& spec, base::Descriptor code, HostedWiring wiring)>;

/// What a runner serves.
struct HostedKind {
    HostedStart start;
    link::Measures impossible{};  ///< what does not keep its plugins apart, whatever the system grants
    std::string why{};
};

}  // namespace aip::runner
