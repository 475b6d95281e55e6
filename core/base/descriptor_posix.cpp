#include "base/descriptor.h"

#include <array>

#include <fcntl.h>
#include <unistd.h>

namespace aip::base {

Descriptor::~Descriptor() {
    if (_descriptor >= 0) {
        ::close(_descriptor);
    }
}

Descriptor Descriptor::duplicate() const {
    return Descriptor(_descriptor < 0 ? -1 : ::fcntl(_descriptor, F_DUPFD_CLOEXEC, 0));
}

void occupyStandardDescriptors() {
    // Read-only for standard output: a program is to notice that its output is lost.
    static constexpr std::array modes{O_RDONLY, O_RDONLY, O_WRONLY};
    for (int descriptor = 0; descriptor <= STDERR_FILENO; ++descriptor) {
        if (::fcntl(descriptor, F_GETFD) < 0 && ::open("/dev/null", modes.at(descriptor)) < 0) {
            ::open("/", O_RDONLY);  // without a /dev
        }
    }
}

}  // namespace aip::base
