#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <string>
#include <vector>

namespace aip::shell {

/// What to run, and within which limits.
struct Process {
    std::string program;  ///< absolute path
    std::vector<std::string> arguments;
    std::vector<std::string> environment;  ///< "NAME=value"; nothing else is inherited
    int directory = -1;                    ///< descriptor of the working directory; -1: the agent's own
    bool mayWrite = true;                  ///< false: what it writes to a file fails (EFBIG), pipes are not concerned
    std::size_t memory = 0;                ///< bytes of data that it may have; 0: no limit but what is inherited
    std::chrono::milliseconds limit{30000};
    std::size_t outputLimit = std::size_t{1} << 20U;  ///< bytes kept per stream, see Capture
};

/// How it ended.
struct Ending {
    enum class Kind {
        exited,      ///< value is the exit code
        killed,      ///< value is the number of the signal that it died of
        timedOut,    ///< stopped at its limit
        cancelled,   ///< stopped because cancelled() said so
        notStarted,  ///< value is the errno of the step that failed
    };

    Kind kind = Kind::notStarted;
    int value = 0;
    std::string output;
    std::string errors;
};

/// Runs a process to its end, in a session and process group of its own, with an empty standard input and no
/// descriptor of ours. Blocks; any number of threads at once; `cancelled` is asked every 50 ms or more often.
///
/// Nothing of the group outlives the call: what is left of it when the process ends is killed; cancelled or at its
/// limit it gets SIGTERM, and 200 ms later SIGKILL. (A descendant that has made a session of its own is not in the
/// group.) It dies with the calling thread, too. Touches no other child of this program and no signal handler.
Ending run(const Process& process, const std::function<bool()>& cancelled);

}  // namespace aip::shell
