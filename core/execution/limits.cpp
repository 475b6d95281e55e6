#include "execution/limits.h"

#include <algorithm>
#include <chrono>
#include <utility>

namespace aip::execution {
namespace {

using base::Code;
using base::Error;
using base::Result;
using std::chrono::milliseconds;

/// "in 12 s", never too early.
std::string afterSeconds(milliseconds wait) {
    return "in " + std::to_string(std::chrono::ceil<std::chrono::seconds>(wait).count()) + " s";
}

std::string inBrackets(const LimitRule& rule) {
    return "[" + rule.section + "] ";
}

Error exhausted(const LimitRule& rule, const std::string& why) {
    return {Code::exhausted, inBrackets(rule) + why};
}

Result<void> checkRate(const Limits::Rule& rule, Limits::TimePoint now) {
    auto& calls = rule.counts->calls;
    if (calls.fits(*rule.rate, 1, now)) {
        return {};
    }
    return exhausted(rule, "rate = " + rule.rate->written + ": it may be called again " +
                               afterSeconds(calls.waitFor(*rule.rate, 1, now)));
}

Result<void> checkConcurrency(const Limits::Rule& rule) {
    const auto most = *rule.concurrency;
    return rule.counts->running < most
               ? Result<void>()
               : exhausted(rule, "concurrency = " + std::to_string(most) + ": so many calls are running");
}

Result<void> checkBytes(const Limits::Rule& rule, Limits::TimePoint now) {
    auto& bytes = rule.counts->bytes;
    if (bytes.fits(*rule.bytesOut, 1, now)) {
        return {};
    }
    return exhausted(rule, "bytes_out = " + rule.bytesOut->written + " is used up: it may be called again " +
                               afterSeconds(bytes.waitFor(*rule.bytesOut, 1, now)));
}

Error tooManyBytes(const Limits::Rule& rule, std::size_t size, Limits::TimePoint now) {
    const Quota& quota = *rule.bytesOut;
    return exhausted(rule, "bytes_out = " + quota.written + ": the result has " + std::to_string(size) + " bytes, " +
                               (size > quota.most
                                    ? "more than that"
                                    : "which fit again " + afterSeconds(rule.counts->bytes.waitFor(quota, size, now))));
}

bool isSet(const std::optional<Quota>& quota) {
    return quota && !quota->unlimited();
}

}  // namespace

Limits::Limits(const LimitSettings& settings, const Limits& previous) {
    for (const auto& rule : settings.rules) {
        const auto same = std::ranges::find_if(
            previous._rules, [&rule](const RulePtr& before) { return before->pattern == rule.pattern; });
        auto counts = same == previous._rules.end() ? std::make_shared<Counts>() : (*same)->counts;
        _rules.push_back(std::make_shared<const Rule>(Rule{rule, std::move(counts)}));
    }
    std::ranges::sort(_rules, [](const RulePtr& one, const RulePtr& other) {
        return one->pattern.isMoreSpecificThan(other->pattern);
    });
}

bool Limits::Deciding::counts() const {
    return rate && isSet(rate->rate);
}

bool Limits::Deciding::holds() const {
    return concurrency && *concurrency->concurrency > 0;
}

bool Limits::Deciding::weighs() const {
    return bytes && isSet(bytes->bytesOut);
}

Result<void> Limits::Deciding::check(TimePoint now) const {
    if (allow && !*allow->allow) {
        return Error(Code::denied, inBrackets(*allow) + "allow = false");
    }
    auto may = counts() ? checkRate(*rate, now) : Result<void>();
    may = may && holds() ? checkConcurrency(*concurrency) : std::move(may);
    return may && weighs() ? checkBytes(*bytes, now) : std::move(may);
}

/// The first that has a key decides, also if it says that there is no limit.
Limits::Deciding Limits::decidingOn(std::string_view nameSpace, std::string_view tool) const {
    Deciding deciding;
    const auto take = [](RulePtr& decides, const RulePtr& rule, bool has) {
        if (!decides && has) {
            decides = rule;
        }
    };
    for (const auto& rule : _rules) {
        if (rule->pattern.matches(nameSpace, tool)) {
            take(deciding.allow, rule, rule->allow.has_value());
            take(deciding.rate, rule, rule->rate.has_value());
            take(deciding.concurrency, rule, rule->concurrency.has_value());
            take(deciding.bytes, rule, rule->bytesOut.has_value());
        }
    }
    return deciding;
}

Result<Limits::Admitted> Limits::admit(std::string_view nameSpace, std::string_view tool, TimePoint now) const {
    const auto deciding = decidingOn(nameSpace, tool);
    if (auto may = deciding.check(now); !may) {
        return std::move(may).error();
    }
    if (deciding.counts()) {
        deciding.rate->counts->calls.add(*deciding.rate->rate, 1, now);
    }
    if (deciding.holds()) {
        ++deciding.concurrency->counts->running;
    }
    return Admitted{deciding.holds() ? deciding.concurrency : nullptr, deciding.weighs() ? deciding.bytes : nullptr};
}

Result<void> Limits::check(std::string_view nameSpace, std::string_view tool, TimePoint now) const {
    return decidingOn(nameSpace, tool).check(now);
}

Result<void> Limits::ended(const Admitted& call, std::size_t bytes, TimePoint now) {
    if (call.concurrency) {
        --call.concurrency->counts->running;
    }
    if (!call.bytes || bytes == 0) {
        return {};
    }
    auto& sent = call.bytes->counts->bytes;
    if (!sent.fits(*call.bytes->bytesOut, bytes, now)) {
        return tooManyBytes(*call.bytes, bytes, now);
    }
    sent.add(*call.bytes->bytesOut, bytes, now);
    return {};
}

}  // namespace aip::execution
