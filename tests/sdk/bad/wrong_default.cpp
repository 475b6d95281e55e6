#define AIP_PLUGIN_ID "bad"
#define AIP_PLUGIN_VERSION "1.0.0"
#include <aip/plugin.hpp>

struct WrongDefault {
    static void describe(aip::Description<WrongDefault>& d) {
        d.action(
            "run", "", [](int) {}, aip::param("count", "", "many"));
    }
};

AIP_PLUGIN(WrongDefault)
