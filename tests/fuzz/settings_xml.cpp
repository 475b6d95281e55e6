// A configuration in XML.

#include "settings.h"

extern "C" int LLVMFuzzerTestOneInput(const char* data, std::size_t size) {
    static SettingsHarness harness("aip-agent.xml");
    harness.read(data, size);
    return 0;
}
