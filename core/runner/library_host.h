#pragma once

#include "hosting/instance.h"
#include "runner/hosted.h"

namespace aip::runner {

/// A plugin that is a library: the thread that invokes a call runs it.
class LibraryHost final : public Hosted {
  public:
    /// See HostedStart.
    static base::Result<std::unique_ptr<Hosted>, hosting::Refusal> start(const hosting::PluginSpec& spec,
                                                                         base::Descriptor library, HostedWiring wiring);

    base::Result<std::string> listTools() const override { return _instance->listTools(); }
    void invoke(std::shared_ptr<hosting::Call> call, Keeper keeper, Done done) override;
    void cancel(std::string_view callId) override { _instance->cancel(callId); }

  private:
    LibraryHost(std::unique_ptr<hosting::Instance> instance, std::size_t maxResultSize)
        : _instance(std::move(instance)), _maxResultSize(maxResultSize) {}

    const std::unique_ptr<hosting::Instance> _instance;
    const std::size_t _maxResultSize;
};

}  // namespace aip::runner
