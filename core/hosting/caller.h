#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace aip::hosting {

/// A TASK of the server, from its start to its end.
struct Task {
    std::uint64_t number = 0;  ///< unique within the agent's process; a later one has a larger number
    std::string session{};     ///< as far as the server has named it
    std::string name{};
};

/// Who asks for a call, in the words of the server: foreign texts of at most 1 KiB each; empty: it does not say.
struct Caller {
    std::string_view agent{};    ///< agent_name
    std::string_view root{};     ///< root_name
    std::string_view process{};  ///< process_name
    std::string_view session{};  ///< session_id; that of the artifacts of the call
    std::string_view task{};     ///< task_name
    /// The TASK that the call belongs to; null: none. `task` may be a view into it.
    std::shared_ptr<const Task> running{};
    bool takesFiles = true;  ///< whether files of the call may go to the Agent Server
};

}  // namespace aip::hosting
