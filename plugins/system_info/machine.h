#pragma once

#include <cstdint>
#include <string>
#include <vector>

/// What this machine is. One machine_<platform>.cpp each; every function answers in milliseconds, sends nothing over
/// the network, and returns an empty text or 0 for what cannot be found out. Any thread.
namespace aip::system_info::machine {

std::string platform();   ///< "linux", as Python's platform.system() in lower case
std::string osVersion();  ///< as Python's platform.version()
std::string hostname();
unsigned cpuCount();
std::uint64_t memoryBytes();

/// Of the first interface that is up and not the loopback, IPv4 before IPv6; "127.0.0.1" if there is none.
std::string ipAddress();

/// Of cli, file_system, linux_apps, gui, browser, office: those that are really here.
std::vector<std::string> supportedFeatures();

}  // namespace aip::system_info::machine
