#pragma once

#include "audit/trail.h"
#include "base/clock.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

/// What waits to be written, and how it is written. The fields of a record stand in record.cpp, once.
namespace aip::audit {

/// How much of the parameters of a call is kept. Those that are marked as secret are never.
enum class Parameters {
    full,  ///< all
    cut,   ///< what is longer than longestStart: its start, its size and its hash
    hash,  ///< size and hash only
};
inline constexpr std::size_t longestStart = 1'024;
inline constexpr std::size_t longestText = 1'024;  ///< of an id or a name; longer ones are cut

/// The texts of a call, in one piece.
class CallTexts {
  public:
    explicit CallTexts(const Asked& asked);

    std::string_view door() const { return at(0); }
    std::string_view peer() const { return at(1); }
    std::string_view session() const { return at(2); }
    std::string_view task() const { return at(3); }
    std::string_view response() const { return at(4); }
    std::string_view call() const { return at(5); }
    std::string_view agent() const { return at(6); }
    std::string_view root() const { return at(7); }
    std::string_view tool() const { return at(8); }

  private:
    static constexpr std::size_t count = 9;
    std::string_view at(std::size_t index) const;

    std::string _all;
    std::array<std::uint16_t, count> _ends{};
};

/// The parameters of a call. Keeps their owner, unless they are only a small part of what it keeps: then a copy.
class KeptParameters {
  public:
    explicit KeptParameters(const Asked& asked);
    KeptParameters(KeptParameters&&) = delete;

    std::string_view text() const { return _text; }
    /// They are written.
    void drop();

  private:
    std::string _copy;
    std::shared_ptr<const void> _owner;
    std::string_view _text;
};

/// A call from its begin on. What is set when it ends is not read before that.
struct CallRecord {
    CallTexts texts;
    KeptParameters parameters;
    std::shared_ptr<const ToolFacts> tool;  ///< null: not found
    Decision decision;
    base::Clock::WallTime begun{};
    base::Clock::TimePoint start{};
    std::uint64_t sequence = 0;  ///< of the record of its begin; of the writer
    CallEnd end{};
    base::Clock::WallTime ended{};
    base::Clock::Duration duration{};
};

struct EventRecord {
    std::string kind;
    std::string members;
    base::Clock::WallTime time{};
};

/// Members of the JSON object of a record, in one line.
std::string begunMembers(const CallRecord& call, Parameters parameters);
std::string endedMembers(const CallRecord& call);
std::string eventMembers(const EventRecord& event);

}  // namespace aip::audit
