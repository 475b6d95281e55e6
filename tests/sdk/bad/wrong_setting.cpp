#define AIP_PLUGIN_ID "bad"
#define AIP_PLUGIN_VERSION "1.0.0"
#include <aip/plugin.hpp>

struct WrongSetting {
    static void describe(aip::Description<WrongSetting>& d) {
        d.action("run", "", [] {});
        d.setting("port", "Where it listens", 70000).max(65535);
    }

    void start(const aip::Settings&) {}
};

AIP_PLUGIN(WrongSetting)
