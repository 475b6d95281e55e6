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
    cut,   ///< what is longer than longestStart: its start, its size and, up to 256 KiB, its hash
    hash,  ///< size and hash only
};
inline constexpr std::size_t longestStart = 1'024;
inline constexpr std::size_t longestText = 1'024;  ///< of an id or a name; longer ones are cut

/// The texts of a call, copied to where they need no memory of their own if they are short. The parameters only if they
/// are a small part of what their owner keeps; otherwise the owner is kept.
class CallTexts {
  public:
    explicit CallTexts(const Asked& asked);
    CallTexts(CallTexts&&) = delete;

    std::string_view door() const { return _texts[0]; }
    std::string_view peer() const { return _texts[1]; }
    std::string_view session() const { return _texts[2]; }
    std::string_view task() const { return _texts[3]; }
    std::string_view response() const { return _texts[4]; }
    std::string_view call() const { return _texts[5]; }
    std::string_view agent() const { return _texts[6]; }
    std::string_view root() const { return _texts[7]; }
    std::string_view tool() const { return _texts[8]; }

    std::string_view parameters() const { return _parameters; }
    /// They are written.
    void dropParameters();

  private:
    void keepParameters(const Asked& asked, char* rest, std::size_t room);

    std::array<std::string_view, 9> _texts;
    std::string_view _parameters;
    std::shared_ptr<const void> _owner;  ///< of the parameters
    std::string _large;                  ///< texts that are long
    std::string _copy;                   ///< parameters that are long
    std::array<char, 320> _short;
};

/// A call from its start on. What is set when it ends is not read before that.
struct CallRecord {
    CallTexts texts;
    std::shared_ptr<const ToolFacts> tool;  ///< null: not found
    Decision decision;
    base::Clock::WallTime begun{};
    base::Clock::TimePoint start{};
    std::uint64_t sequence = 0;  ///< of the record of its start; of the writer
    CallEnd end{};
    base::Clock::WallTime ended{};
    base::Clock::Duration duration{};
};

struct EventRecord {
    std::string kind;
    std::string members;
    base::Clock::WallTime time{};
};

/// Members of the JSON object of a record, in one line, in the memory of `room`.
std::string begunMembers(const CallRecord& call, Parameters form, std::string room = {});
std::string endedMembers(const CallRecord& call, Parameters form, std::string room = {});
std::string eventMembers(const EventRecord& event);

}  // namespace aip::audit
