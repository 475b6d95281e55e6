#pragma once

namespace aip::app {

/// From now on, until the process ends, SIGIO is raised when the addresses of this machine change. False: the system
/// cannot tell. To be called once.
bool watchNetwork();

/// After SIGIO: whether this machine has got an address. Never blocks.
bool addressArrived();

}  // namespace aip::app
