#pragma once

#include "hosting/caller.h"

#include <compare>
#include <memory>
#include <string_view>

namespace aip::execution {

/// A session as this device knows it: its id is only unique within its front door.
struct SessionKey {
    std::string_view door{};
    std::string_view id;

    auto operator<=>(const SessionKey&) const = default;
};

/// Who calls a tool. Empty: not known. Views: whoever keeps a Caller keeps what they point to.
struct Caller {
    std::string_view agent{};  ///< agent and root choose the profile, unless it is named
    std::string_view root{};
    std::string_view process{};
    std::string_view session{};  ///< of the door
    std::string_view task{};
    std::string_view door{};                         ///< "server", ...
    std::string_view peer{};                         ///< who is at the door, for the audit
    std::string_view profile{};                      ///< by the name of its section
    std::shared_ptr<const hosting::Task> running{};  ///< of the session, if there is one
    bool takesFiles = true;                          ///< as hosting::Caller

    SessionKey sessionKey() const { return {door, session}; }
    /// What of it plugins get.
    hosting::Caller forPlugins() const { return {agent, root, process, session, task, running, takesFiles}; }
};

}  // namespace aip::execution
