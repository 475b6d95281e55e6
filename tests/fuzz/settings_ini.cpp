// A configuration in INI.

#include "settings.h"

extern "C" int LLVMFuzzerTestOneInput(const char* data, std::size_t size) {
    static SettingsHarness harness("aip-agent.ini");
    harness.read(data, size);
    return 0;
}
