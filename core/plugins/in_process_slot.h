#pragma once

#include "plugins/descriptor.h"
#include "plugins/host.h"
#include "plugins/slot.h"

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>

namespace aip::plugins {

struct SlotSettings {
    std::string configJson = "{}";                   ///< what start() of the plugin gets
    std::chrono::milliseconds startTimeout{10'000};  ///< for loading and starting
    std::size_t maxQueue = 1024;                     ///< calls that wait for a place
    std::size_t maxResultSize = 100UL << 20U;        ///< of one call, bytes
    LogSink log;
    std::optional<ArtifactPort> artifacts;  ///< none: the plugin cannot send files
    HostSettings host{};                    ///< what the plugin may know of the agent
};

/// Runs a plugin in this process. Its threads are made when there is work for them, up to the manifest's concurrency;
/// the first of them loads and starts the plugin. Calls begin in the order of invoke() and are finished on the thread
/// that ran them, no lock held. The destructor stops it, with a limit of five seconds.
class InProcessSlot final : public Slot {
  public:
    /// `library` is open on the file to load: what the gate has admitted.
    InProcessSlot(Manifest manifest, Descriptor library, SlotSettings settings);
    ~InProcessSlot() override;
    InProcessSlot(const InProcessSlot&) = delete;
    InProcessSlot& operator=(const InProcessSlot&) = delete;

    const Manifest& manifest() const override;
    SlotState state() const override;
    std::string reason() const override;
    base::Result<void> start() override;
    void invoke(std::shared_ptr<Call> call) override;
    void cancelled(const Call& call) override;
    void abandon(const Call& call) override;
    bool stop(std::chrono::milliseconds limit) override;

  private:
    class Engine;
    /// Shared with the threads, because one that does not return outlives the slot.
    std::shared_ptr<Engine> _engine;
};

}  // namespace aip::plugins
