#pragma once

#include "audit/secret_members.h"
#include "base/error.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

/// The account of what this device was asked to do and has done: two records for each call of a tool, whichever door it
/// came through, and one for each event.
namespace aip::audit {

/// What a tool is, for the records of its calls. Immutable.
struct ToolFacts {
    std::string key;  ///< "action::execute_command"
    std::string nameSpace;
    std::string plugin;  ///< its id
    std::string version;
    std::string sha256;
    SecretMembers secrets;
};

/// A call as its door has passed it on. The texts are only used while begin() runs; the parameters as long as `owner`
/// lives, if there is one.
struct Asked {
    std::string_view door{};
    std::string_view peer{};  ///< who is at the door, if it knows
    std::string_view session{};
    std::string_view task{};
    std::string_view response{};
    std::string_view call{};
    std::string_view agent{};
    std::string_view root{};
    std::string_view tool{};  ///< as it was asked for
    std::string_view parameters{};
    std::shared_ptr<const void> owner{};
    std::size_t ownerSize = 0;  ///< bytes that it keeps; 0: about those of the parameters
};

/// What became of it before the plugin got it.
struct Decision {
    std::string_view by{};  ///< who has refused it, a literal: "router", "policy", ...; empty: allowed
    base::Code code = base::Code::ok;
    std::string reason{};
};

/// How a call has ended.
struct CallEnd {
    std::string_view by{};  ///< who has ended it, a literal
    base::Code code = base::Code::ok;
    std::size_t bytes = 0;  ///< of the result
    std::string account{};  ///< what the tool says that it has done: one JSON object; empty: nothing
};

/// A call that has its first record, and a place for its second one.
class OpenCall {
  public:
    virtual ~OpenCall() = default;

    /// Called exactly once. Any thread; never blocks.
    virtual void ended(CallEnd end) noexcept = 0;
};

/// Whether the account is kept.
struct TrailState {
    enum class Kind {
        unwanted,
        kept,
        failing,  ///< its file cannot be written now
        missing,  ///< it is wanted, and there is no file
    };
    Kind kind = Kind::unwanted;
    std::string why{};               ///< it is failing or missing
    std::size_t waiting = 0;         ///< records that are not in the file yet
    bool full = false;               ///< so many that calls are refused
    std::uint64_t callsRefused = 0;  ///< for want of room, so far
    std::uint64_t eventsMissed = 0;  ///< that have no record of their own, so far
};

/// Takes records. Any thread, several at the same time; never blocks but in awaitRoom(), and writes nothing on the
/// caller's thread. Outlives its calls.
class Trail {
  public:
    virtual ~Trail() = default;

    /// The record of a call that begins, or is refused. `tool`: null if it was not found. Null if there is no audit.
    /// EXHAUSTED if there is no room for the call's two records: it must not be carried out, and is counted. Throws
    /// std::bad_alloc: there is no record. Makes no system call: a writer that sleeps is woken by wake(), or by the end
    /// of the call.
    virtual base::Result<std::shared_ptr<OpenCall>> begin(const Asked& asked, std::shared_ptr<const ToolFacts> tool,
                                                          Decision decision) = 0;

    /// Many records wait: a call that begins now may find no room soon. Who may wait does so by awaitRoom() first.
    virtual bool isCrowded() const noexcept { return false; }
    /// Blocks, at most a second, until there is room, or it is clear that there will not be any soon.
    virtual void awaitRoom() {}

    /// A tool has been asked whose call has begun.
    virtual void wake() noexcept {}

    /// A call has failed of which there is no record.
    virtual void unrecorded() noexcept = 0;

    /// Records of calls and events that were written.
    virtual std::uint64_t written() const { return 0; }

    /// Something else that happened: a word for what, and members of a JSON object, without braces, in one line.
    virtual void event(std::string_view kind, std::string members) noexcept = 0;

    /// The file in which records are kept; empty: none are.
    virtual std::string place() const { return {}; }

    virtual TrailState state() const { return {}; }

    /// Writes what waits. Calls that begin from now on are refused, if records are kept. Not by several threads at the
    /// same time.
    virtual void stop() {}
};

/// There is no audit.
Trail& noTrail();

/// There is none, though it is wanted.
std::unique_ptr<Trail> missingTrail(std::string why);

}  // namespace aip::audit
