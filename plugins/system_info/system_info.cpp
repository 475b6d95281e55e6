#include "machine.h"

#include <aip/plugin.hpp>

#include <cmath>

namespace aip::system_info {

namespace {

/// Two decimals, as the reference rounds it.
double gibibytes(std::uint64_t bytes) {
    constexpr double gibibyte = 1024.0 * 1024.0 * 1024.0;
    return std::round(static_cast<double>(bytes) / gibibyte * 100.0) / 100.0;
}

}  // namespace

class SystemInfo {
  public:
    static void describe(Description<SystemInfo>& d) {
        d.describe("Tells what this device is: platform, memory, address, and what can be done on it.");
        d.deviceInfo(&SystemInfo::collect);
    }

    /// The section system_info of a registration; device_id is the agent's to add.
    Object collect() const {
        return Object{{"platform", machine::platform()},
                      {"os_version", machine::osVersion()},
                      {"cpu_count", machine::cpuCount()},
                      {"memory_total_gb", gibibytes(machine::memoryBytes())},
                      {"hostname", machine::hostname()},
                      {"ip_address", machine::ipAddress()},
                      {"supported_features", machine::supportedFeatures()},
                      {"platform_type", "computer"},
                      {"schema_version", "1.0"}};
    }
};

}  // namespace aip::system_info

AIP_PLUGIN(aip::system_info::SystemInfo)
