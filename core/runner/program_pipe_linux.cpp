#include "runner/program_pipe_linux.h"

#include <array>

#include <fcntl.h>
#include <unistd.h>

namespace aip::runner {

std::optional<ProgramPipe> makePipe(bool toProgram) {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
        return std::nullopt;
    }
    ProgramPipe pipe{base::Descriptor(ends[toProgram ? 1 : 0]), base::Descriptor(ends[toProgram ? 0 : 1])};
    ::fcntl(pipe.ours.get(), F_SETFL, O_NONBLOCK);
    return pipe;
}

void widen(const base::Descriptor& pipe) {
    constexpr int size = 256 << 10;  // more would leave little of what a user's pipes may have together
    ::fcntl(pipe.get(), F_SETPIPE_SZ, size);
}

}  // namespace aip::runner
