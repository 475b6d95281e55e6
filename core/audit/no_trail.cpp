#include "audit/trail.h"

#include <utility>

namespace aip::audit {
namespace {

class NoTrail : public Trail {
  public:
    base::Result<std::shared_ptr<OpenCall>> begin(const Asked& /*asked*/, std::shared_ptr<const ToolFacts> /*tool*/,
                                                  Decision /*decision*/) override {
        return std::shared_ptr<OpenCall>();
    }
    void unrecorded() noexcept override {}
    void event(std::string_view /*kind*/, std::string /*members*/) noexcept override {}
};

class MissingTrail final : public NoTrail {
  public:
    explicit MissingTrail(std::string why) : _why(std::move(why)) {}
    TrailState state() const override { return {.kind = TrailState::Kind::missing, .why = _why}; }

  private:
    const std::string _why;
};

}  // namespace

Trail& noTrail() {
    static NoTrail none;
    return none;
}

std::unique_ptr<Trail> missingTrail(std::string why) {
    return std::make_unique<MissingTrail>(std::move(why));
}

}  // namespace aip::audit
