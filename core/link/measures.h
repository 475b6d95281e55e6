#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace aip::link {

/// One thing that keeps the process of a plugin away from the agent and from other plugins.
enum class Measure : std::uint32_t {
    userNamespace = 1U << 0U,    ///< only the agent's own uid and gid have names in it; never if the agent is root
    pidNamespace = 1U << 1U,     ///< cannot name a process outside; all processes in it end with its first one
    ipcNamespace = 1U << 2U,     ///< has System V IPC and POSIX message queues of its own
    ownUser = 1U << 3U,          ///< runs as another user than the agent
    noNewPrivileges = 1U << 4U,  ///< set-user-id programs give it nothing
    signalScope = 1U << 5U,      ///< reaches no process outside by signals, abstract sockets or ptrace
    undumpable = 1U << 6U,       ///< other processes of its user can neither read nor trace it
};

/// A set of them.
class Measures {
  public:
    constexpr Measures() = default;
    constexpr explicit Measures(std::uint32_t bits) : _bits(bits) {}

    static constexpr Measures all() { return Measures((1U << 7U) - 1); }

    constexpr void add(Measure measure) { _bits |= static_cast<std::uint32_t>(measure); }
    constexpr bool has(Measure measure) const { return (_bits & static_cast<std::uint32_t>(measure)) != 0; }
    constexpr bool empty() const { return _bits == 0; }
    constexpr std::uint32_t bits() const { return _bits; }
    constexpr Measures without(Measures others) const { return Measures(_bits & ~others._bits); }

    /// "user_namespace", ... in the order of their declaration. Unknown bits have no name.
    std::vector<std::string_view> names() const;
    /// The names in one line, with commas between them.
    std::string text() const;

    bool operator==(const Measures&) const = default;

  private:
    std::uint32_t _bits = 0;
};

/// Empty if no measure has this name.
std::optional<Measure> measureNamed(std::string_view name);

}  // namespace aip::link
