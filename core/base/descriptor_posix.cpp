#include "base/descriptor.h"

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

}  // namespace aip::base
