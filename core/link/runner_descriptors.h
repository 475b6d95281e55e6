#pragma once

namespace aip::link {

/// The argument, after the plugin's id, for a process without namespaces and scope of signals.
inline constexpr const char* hostViewArgument = "host_view";

}  // namespace aip::link

/// The descriptors that a process of the runner inherits beside standard output and error: the contract between
/// ChildProcess and the runner's main().
namespace aip::link::runner_descriptor {

inline constexpr int link = 3;      ///< its end of the link
inline constexpr int lifeline = 4;  ///< a pipe that is closed when the process must end
inline constexpr int first_unused = 5;

}  // namespace aip::link::runner_descriptor
