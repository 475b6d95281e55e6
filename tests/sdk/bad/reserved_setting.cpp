#define AIP_PLUGIN_ID "bad"
#define AIP_PLUGIN_VERSION "1.0.0"
#include <aip/plugin.hpp>

struct ReservedSetting {
    static void describe(aip::Description<ReservedSetting>& d) {
        d.action("run", "", [] {});
        d.setting("load", "Of the machine", 1.0);
    }
};

AIP_PLUGIN(ReservedSetting)
