#pragma once

#include <cerrno>

namespace aip::base {

/// Whether `error`, an errno, says that the system is short of descriptors, memory, processes or threads: the same may
/// succeed later.
inline bool isShortage(int error) {
    return error == EMFILE || error == ENFILE || error == ENOMEM || error == ENOBUFS || error == EAGAIN;
}

}  // namespace aip::base
