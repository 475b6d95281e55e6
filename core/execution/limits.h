#pragma once

#include "base/clock.h"
#include "base/error.h"
#include "execution/sliding_window.h"
#include "execution/tool_pattern.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace aip::execution {

/// One [limits.PATTERN]. What is not set is left to less specific patterns.
struct LimitRule {
    ToolPattern pattern{};
    std::string section{};  ///< "limits.Files::*", as it is written
    std::optional<bool> allow{};
    std::optional<Quota> rate{};                 ///< calls
    std::optional<std::uint64_t> concurrency{};  ///< 0: no limit
    std::optional<Quota> bytesOut{};             ///< of results and errors

    bool operator==(const LimitRule&) const = default;
};

/// Everything that the operator limits. The default limits nothing.
struct LimitSettings {
    std::vector<LimitRule> rules{};        ///< no two of the same pattern
    std::optional<Quota> lockdownAfter{};  ///< so many denials lock the agent
    bool readOnly = false;                 ///< nothing that may change something is allowed

    bool limitSomething() const { return !rules.empty() || readOnly; }
    bool operator==(const LimitSettings&) const = default;
};

/// Applies the rules and counts. What a rule counts is shared by all tools for which it decides.
///
/// Of several patterns that fit a tool the most specific one that has a key decides on this key, each key for itself:
/// [limits.*] allow = false and [limits.Files::read*] rate = 10/min leave reading forbidden.
///
/// Pure: time goes in. Not for concurrent use.
class Limits {
  public:
    using TimePoint = base::Clock::TimePoint;

    struct Counts {
        SlidingWindow calls{};
        SlidingWindow bytes{};
        std::uint64_t running = 0;
    };
    struct Rule : LimitRule {
        std::shared_ptr<Counts> counts{};
    };
    using RulePtr = std::shared_ptr<const Rule>;

    /// A call that was admitted: the rules that want to know its end.
    struct Admitted {
        RulePtr concurrency{};
        RulePtr bytes{};

        bool counted() const { return concurrency || bytes; }
    };

    Limits() = default;
    /// Patterns that were in `previous`, too, go on with their counts.
    Limits(const LimitSettings& settings, const Limits& previous);

    /// DENIED, or EXHAUSTED, naming the rule and, where time helps, when it may be called again. Then nothing is
    /// counted.
    base::Result<Admitted> admit(std::string_view nameSpace, std::string_view tool, TimePoint now) const;
    /// Whether admit() would say so; counts nothing.
    base::Result<void> check(std::string_view nameSpace, std::string_view tool, TimePoint now) const;

    /// The end of an admitted call, exactly once. EXHAUSTED if its rule does not let so many bytes out now: then they
    /// do not count, and must not go out.
    static base::Result<void> ended(const Admitted& call, std::size_t bytes, TimePoint now);

  private:
    /// The rules that decide on a tool; null: no limit.
    struct Deciding {
        RulePtr allow{};
        RulePtr rate{};
        RulePtr concurrency{};
        RulePtr bytes{};

        base::Result<void> check(TimePoint now) const;
        bool counts() const;
        bool holds() const;
        bool weighs() const;
    };

    Deciding decidingOn(std::string_view nameSpace, std::string_view tool) const;

    std::vector<RulePtr> _rules;  ///< the most specific first
};

}  // namespace aip::execution
