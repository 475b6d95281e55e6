#include <aip/plugin.hpp>

int add(int a, int b) {
    return a + b;
}

struct Sums {
    static void describe(aip::Description<Sums>& d) { d.action("add", "Adds two numbers.", &add, "a", "b"); }
};
AIP_PLUGIN(Sums)
