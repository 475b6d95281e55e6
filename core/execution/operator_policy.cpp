#include "execution/operator_policy.h"

#include "execution/profile.h"

#include <aip/json.h>

#include <utility>

namespace aip::execution {
namespace {

using base::Code;
using base::Error;
using base::Result;

bool saysReadOnly(const admission::ToolManifest& tool) {
    aip_json annotations;
    int readOnly = 0;
    aip_json_parse({tool.annotations.data(), tool.annotations.size()}, &annotations);
    return aip_json_bool(aip_json_member(annotations, "readOnlyHint"), &readOnly) != 0 && readOnly != 0;
}

std::string nameOf(const Tool& tool) {
    return tool.manifest.nameSpace + "::" + tool.manifest.name;
}

}  // namespace

class OperatorPolicy::Counted final : public Permit {
  public:
    Counted(std::shared_ptr<Shared> shared, const base::Clock& clock) : _shared(std::move(shared)), _clock(clock) {}

    void counts(Limits::Admitted call) { _call = std::move(call); }

    Result<void> ended(const Usage& usage) override {
        const auto now = _clock.now();
        return _shared->with([&](State&) { return Limits::ended(_call, usage.bytes, now); });
    }

  private:
    const std::shared_ptr<Shared> _shared;  ///< its mutex guards what the call counts
    const base::Clock& _clock;
    Limits::Admitted _call;
};

void OperatorPolicy::apply(LimitSettings settings) {
    _shared->with([&](State& state) {
        state.limits = Limits(settings, state.limits);
        state.settings = std::move(settings);
    });
}

void OperatorPolicy::believe(std::set<std::string> plugins) {
    _shared->with([&](State& state) { state.believed.swap(plugins); });
}

Result<void> OperatorPolicy::mayBegin() {
    auto why = _lock.refusal();
    return why ? Result<void>(*std::move(why)) : Result<void>();
}

Admission OperatorPolicy::admit(const Caller& caller, const Tool& tool, std::string_view /*parameters*/) {
    if (!_shared->with([](const State& state) { return state.settings.limitSomething(); })) {
        return std::unique_ptr<Permit>();
    }
    auto permit = std::make_unique<Counted>(_shared, _clock);  // first: what is counted must be returned
    const auto now = _clock.now();
    auto admitted = _shared->with([&](State& state) { return judge(state, tool, now); });
    if (!admitted) {
        if (admitted.error().code() == Code::denied) {
            denied(caller, tool, admitted.error(), now);
        }
        return std::move(admitted).error();
    }
    const bool counted = admitted->counted();
    permit->counts(*std::move(admitted));
    return counted ? std::unique_ptr<Permit>(std::move(permit)) : std::unique_ptr<Permit>();
}

LimitSettings OperatorPolicy::settings() const {
    return _shared->with([](const State& state) { return state.settings; });
}

Result<void> OperatorPolicy::wouldAdmit(const Tool& tool) {
    if (auto may = mayBegin(); !may) {
        return may;
    }
    const auto now = _clock.now();
    return _shared->with([&](const State& state) {
        auto may = judgeReadOnly(state, tool);
        return may ? state.limits.check(tool.manifest.nameSpace, tool.manifest.name, now) : std::move(may);
    });
}

Result<void> OperatorPolicy::judgeReadOnly(const State& state, const Tool& tool) {
    const auto& manifest = tool.manifest;
    if (state.settings.readOnly && manifest.type != dataCollectionType &&
        !(state.believed.contains(tool.slot->manifest().id) && saysReadOnly(manifest))) {
        return Error(Code::denied, "server.readonly = true: this tool may change something");
    }
    return {};
}

Result<Limits::Admitted> OperatorPolicy::judge(State& state, const Tool& tool, Limits::TimePoint now) {
    if (auto may = judgeReadOnly(state, tool); !may) {
        return std::move(may).error();
    }
    return state.limits.admit(tool.manifest.nameSpace, tool.manifest.name, now);
}

/// So many that the device is locked.
void OperatorPolicy::denied(const Caller& caller, const Tool& tool, const Error& why, Limits::TimePoint now) {
    const auto reached = _shared->with([&](State& state) -> std::optional<std::string> {
        const auto& limit = state.settings.lockdownAfter;
        if (!limit || limit->unlimited()) {
            return std::nullopt;
        }
        state.denials.add(*limit, 1, now);
        if (state.denials.fits(*limit, 1, now)) {
            return std::nullopt;
        }
        state.denials = {};
        return limit->written;
    });
    if (reached) {
        _lock.lockSoon("limits.lockdown_after = " + *reached + ": so many calls were denied; the last, of " +
                       nameOf(tool) + " by " + std::string(caller.door) + ": " + why.text());
    }
}

}  // namespace aip::execution
