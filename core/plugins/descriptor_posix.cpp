#include "plugins/descriptor.h"

#include <unistd.h>

namespace aip::plugins {

Descriptor::~Descriptor() {
    if (_descriptor >= 0) {
        ::close(_descriptor);
    }
}

}  // namespace aip::plugins
