#pragma once

/// The exit codes of aip-agent, as documented in config/README.md; the numbers are those of sysexits.h.
namespace aip::app {

inline constexpr int exitOk = 0;
inline constexpr int exitUsage = 64;        ///< the command line is wrong
inline constexpr int exitUnavailable = 69;  ///< connection.max_retries is used up, or --check --connect fails
inline constexpr int exitSoftware = 70;     ///< a defect
inline constexpr int exitPidFile = 73;      ///< the pidfile cannot be had, or another agent has it
inline constexpr int exitOutput = 74;       ///< standard output cannot be written
inline constexpr int exitInterrupted =
    75;                                ///< by the watchdog, or by a signal before --daemon ran or another mode was done
inline constexpr int exitConfig = 78;  ///< the configuration is wrong, or --check has findings

}  // namespace aip::app
