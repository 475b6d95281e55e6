#include "audit/trail.h"

namespace aip::audit {
namespace {

class NoTrail final : public Trail {
  public:
    base::Result<std::shared_ptr<OpenCall>> begin(const Asked& /*asked*/, std::shared_ptr<const ToolFacts> /*tool*/,
                                                  Decision /*decision*/) override {
        return std::shared_ptr<OpenCall>();
    }
    void unrecorded() noexcept override {}
    void event(std::string_view /*kind*/, std::string /*members*/) noexcept override {}
};

}  // namespace

Trail& noTrail() {
    static NoTrail none;
    return none;
}

}  // namespace aip::audit
