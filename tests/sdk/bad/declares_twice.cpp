#define AIP_PLUGIN_ID "bad"
#define AIP_PLUGIN_VERSION "1.0.0"
#include <aip/plugin.hpp>

struct DeclaresTwice {
    static void describe(aip::Description<DeclaresTwice>& d) {
        d.action("run", "", [] {});
        d.dataCollection("run", "", [] {});
        d.action("run", "", [] {});
    }
};

AIP_PLUGIN(DeclaresTwice)
