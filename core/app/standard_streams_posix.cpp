#include "app/standard_streams.h"

#include <cerrno>
#include <string>
#include <system_error>

#include <fcntl.h>
#include <unistd.h>

namespace aip::app {
namespace {

base::Descriptor copyOf(int descriptor) {
    return base::Descriptor(::fcntl(descriptor, F_DUPFD_CLOEXEC, STDERR_FILENO + 1));
}

/// As the kernel says it of a peer at a socket.
std::string starter() {
    return "uid " + std::to_string(::getuid()) + ", pid " + std::to_string(::getppid());
}

}  // namespace

base::Result<StandardStreams> StandardStreams::take() {
    StandardStreams streams{copyOf(STDIN_FILENO), copyOf(STDOUT_FILENO), starter()};
    const base::Descriptor empty(::open("/dev/null", O_RDONLY | O_CLOEXEC));
    if (!streams.in || !streams.out || !empty || ::dup2(empty.get(), STDIN_FILENO) < 0 ||
        ::dup2(STDERR_FILENO, STDOUT_FILENO) < 0) {
        return base::Error(base::Code::unavailable,
                           "cannot move the standard streams: " + std::generic_category().message(errno));
    }
    return streams;
}

}  // namespace aip::app
