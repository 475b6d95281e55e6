#pragma once

#include "link/measures.h"

#include <string>

namespace aip::runner {

/// In which namespaces of its own this process is.
struct Namespaces {
    link::Measures inForce;  ///< none: this process is still the one that called
    std::string problem;     ///< why it is not in all
    /// The system is short of something, as errno; 0: it is not. Then this process has nothing to do but to say so: it
    /// is the one that called, or init.
    int shortage = 0;
};

/// Forks twice into new user, PID and IPC namespaces; as root without the user namespace. This process must have no
/// other thread. Returns in the grandchild, which is to become the plugin's; there it has no capabilities of the user
/// namespace. /proc remains that of the host.
///
/// - This process becomes the outer one, in the old namespaces. It keeps only `lifeline` open. When the plugin's
/// process
///   ends or the other end of `lifeline` is closed, it kills init, and with it the system kills all that is in the PID
///   namespace. Then it ends in the same way as the plugin's process did.
/// - Init, the first process of the PID namespace, reaps all that ends in it, and tells the outer one how the plugin's
///   process has ended. It cannot be killed from inside, and is killed if the outer one ends.
///
/// Without the IPC namespace if that is refused. If the others are, the function returns in this process, which is as
/// it was. A shortage is no reason to go on with less.
Namespaces splitIntoNamespaces(int lifeline);

}  // namespace aip::runner
