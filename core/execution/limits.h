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
    ToolPattern pattern;
    std::string section{};  ///< as it is written, for texts
    std::optional<bool> allow{};
    std::optional<Quota> rate{};  ///< calls
    std::optional<std::uint64_t> concurrency{};
    std::optional<Quota> bytesOut{};  ///< of results and errors
};

/// Everything that the operator limits. The default limits nothing.
struct LimitSettings {
    std::vector<LimitRule> rules{};
    std::optional<Quota> lockdownAfter{};  ///< so many denials lock the agent
    bool readOnly = false;                 ///< nothing that changes something is allowed

    bool limits() const { return !rules.empty() || readOnly; }
};

/// What the rules count. A rule's numbers are shared by all tools that it decides for.
///
/// Of several patterns that fit a tool the most specific one that has a key decides on that key, each key for itself:
/// [limits.*] allow = false and [limits.Files::read*] rate = 10/min leave reading forbidden.
///
/// Pure: time goes in. Not for concurrent use.
class Limits {
  public:
    using TimePoint = base::Clock::TimePoint;

    /// The counts of one rule.
    struct Counts {
        SlidingWindow calls;
        SlidingWindow bytes;
        std::uint64_t running = 0;
    };
    /// What counts for a call.
    struct Rule {
        LimitRule limit;
        std::shared_ptr<Counts> counts;
    };
    using RulePtr = std::shared_ptr<const Rule>;

    /// A call that was admitted, by the rules that count it. Null: not limited.
    struct Admitted {
        RulePtr rate;
        RulePtr concurrency;
        RulePtr bytes;

        bool counted() const { return concurrency || bytes; }
    };

    Limits() = default;
    /// Patterns that were in `previous`, too, go on with their counts.
    Limits(const LimitSettings& settings, const Limits& previous);

    /// DENIED, or EXHAUSTED, naming the rule and, where time helps, when it may be called again. Then nothing is
    /// counted.
    base::Result<Admitted> admit(std::string_view nameSpace, std::string_view tool, TimePoint now);

    /// The end of an admitted call, exactly once. EXHAUSTED if its bytes are more than the rule lets out now: then they
    /// are not counted and must not go out.
    static base::Result<void> ended(const Admitted& call, std::size_t bytes, TimePoint now);

  private:
    std::vector<RulePtr> _rules;  ///< the most specific first
};

}  // namespace aip::execution
