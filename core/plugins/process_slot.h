#pragma once

#include "plugins/descriptor.h"
#include "plugins/slot.h"
#include "plugins/slot_settings.h"

#include <chrono>
#include <memory>
#include <string>

namespace aip::plugins {

/// Runs a plugin in a process of its own, or in a fresh one for every call (Isolation::perCall; as many at once as the
/// manifest's concurrency). A thread of the slot starts the processes, waits for what they say, and finishes the calls,
/// no lock held; a call whose turn it is is sent by the thread that invokes it.
///
/// A process that ends by itself, or has to be killed because it broke the protocol or a call did not return, is a
/// failure: its running calls are answered INTERNAL with what happened, those that wait go to the next process, which
/// is started after a wait that grows. Too many failures and the slot is quarantined. A plugin that was never started
/// successfully is failed at once, as it would be in the agent. The destructor stops it, with a limit of five seconds.
class ProcessSlot final : public Slot {
  public:
    /// `library` is open on the file to load: what the gate has admitted.
    ProcessSlot(Manifest manifest, Descriptor library, SlotSettings settings);
    ~ProcessSlot() override;
    ProcessSlot(const ProcessSlot&) = delete;
    ProcessSlot& operator=(const ProcessSlot&) = delete;

    const Manifest& manifest() const override;
    SlotState state() const override;
    std::string reason() const override;
    std::vector<ToolManifest> dynamicTools() const override;
    void onToolsChanged(const std::function<void()>& changed) override;
    base::Result<void> start() override;
    void invoke(std::shared_ptr<Call> call) override;
    void cancelled(const Call& call) override;
    /// Kills the process that the call is in: its other calls fail.
    void abandon(const Call& call) override;
    bool revive() override;
    bool stop(std::chrono::milliseconds limit) override;

  private:
    class Engine;
    /// Shared with its thread, which may be the last to let go of the slot.
    std::shared_ptr<Engine> _engine;
};

/// The slot that the settings' isolation wants.
std::shared_ptr<Slot> makeSlot(Manifest manifest, Descriptor library, SlotSettings settings);

}  // namespace aip::plugins
