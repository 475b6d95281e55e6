#pragma once

#include "plugins/descriptor.h"
#include "plugins/slot.h"
#include "plugins/slot_settings.h"

#include <chrono>
#include <memory>
#include <string>

namespace aip::plugins {

/// Runs a plugin in this process. Its threads are made when there is work for them, up to the manifest's concurrency;
/// the first of them loads and starts the plugin, after a trial (see trial.h). Calls begin in the order of invoke() and
/// are finished on the thread that ran them, no lock held. The destructor stops it, with a limit of five seconds.
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
    std::vector<ToolManifest> dynamicTools() const override;
    void onToolsChanged(const std::function<void()>& changed) override;
    base::Result<void> start() override;
    void invoke(std::shared_ptr<Call> call) override;
    void cancelled(const Call& call) override;
    void abandon(const Call& call) override;
    bool revive() override { return false; }
    bool stop(std::chrono::milliseconds limit) override;

  private:
    class Engine;
    /// Shared with the threads, because one that does not return outlives the slot.
    std::shared_ptr<Engine> _engine;
};

}  // namespace aip::plugins
