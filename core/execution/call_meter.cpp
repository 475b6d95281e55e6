#include "execution/call_meter.h"

namespace aip::execution {
namespace {

class NoMeters final : public CallMeters {
  public:
    std::shared_ptr<CallMeter> of(const audit::ToolFacts& /*tool*/) override { return _meter; }
    CallMeter& unrouted() override { return *_meter; }

  private:
    struct Meter final : CallMeter {
        void ended(base::Code /*code*/, std::optional<base::Clock::Duration> /*duration*/) noexcept override {}
    };

    const std::shared_ptr<CallMeter> _meter = std::make_shared<Meter>();
};

}  // namespace

CallMeters& noMeters() {
    static NoMeters meters;
    return meters;
}

}  // namespace aip::execution
