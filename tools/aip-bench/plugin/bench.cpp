// The tools that aip-bench calls: written with the SDK like anybody's plugin.
#include <aip/plugin.hpp>

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace {

using std::chrono::milliseconds;

class Bench {
  public:
    static void describe(aip::Description<Bench>& d) {
        d.describe("What aip-bench calls.").nameSpace("Bench").concurrency(8);
        d.action("noop", "Does nothing.", [] {});
        d.action(
            "echo", "Gives the text back.", [](std::string_view text) { return text; }, aip::param("text", "Any text"));
        d.action(
            "blob", "Makes a text.", [](std::uint32_t size) { return std::string(size, 'x'); },
            aip::param("size", "Its bytes"));
        d.action("sleep_ms", "Sleeps.", &Bench::sleep, aip::param("ms", "How long"));
        d.action("spin", "Keeps a processor busy.", &Bench::spin, aip::param("ms", "How long"));
    }

    static void sleep(const aip::Call& call, std::uint32_t ms) { call.waitCancelled(milliseconds(ms)); }

    static void spin(const aip::Call& call, std::uint32_t ms) {
        const auto end = std::chrono::steady_clock::now() + milliseconds(ms);
        while (std::chrono::steady_clock::now() < end && !call.cancelled()) {
        }
    }
};

}  // namespace

AIP_PLUGIN(Bench)
