// A configuration in XML.

#include "settings.h"

extern "C" int LLVMFuzzerTestOneInput(const char* data, std::size_t size) {
    static SettingsBench bench("aip-agent.xml");
    bench.read(data, size);
    return 0;
}
