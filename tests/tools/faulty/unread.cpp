// Describes a setting and does not take it.
#include <aip/plugin.hpp>

struct Unread {
    static void describe(aip::Description<Unread>& d) {
        d.describe("Its settings are for nobody.");
        d.setting("greeting", "The word to greet with", "Hello");
        d.action("greet", "Greets.", [] { return "Hello"; });
    }

    void start() {}
};

AIP_PLUGIN(Unread)
