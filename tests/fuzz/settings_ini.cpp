// A configuration in INI.

#include "settings.h"

extern "C" int LLVMFuzzerTestOneInput(const char* data, std::size_t size) {
    static SettingsBench bench("aip-agent.ini");
    bench.read(data, size);
    return 0;
}
