// One fault a tool, each found by `aip-plugin check --only=TOOL`.
#include <aip/plugin.hpp>

#include <csignal>
#include <cstdlib>
#include <thread>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace {

volatile char* leaked = nullptr;

struct Faulty {
    static void describe(aip::Description<Faulty>& d) {
        d.describe("Faults that only show when it runs.").nameSpace("Faulty").concurrency(2);
        d.action(
            "good", "Keeps every rule.", [](const std::string& text) { return text; }, "text");
        d.action("leaks_memory", "1 KiB a call.", [] {
            leaked = new char[1024];
            for (int i = 0; i < 1024; ++i) {
                leaked[i] = 'x';
            }
        });
        d.action("leaks_descriptors", "One a call.", [] { return ::open("/dev/null", O_RDONLY | O_CLOEXEC) >= 0; });
        d.action("leaks_threads", "One a call.", [](const aip::Call&) {
            std::thread([] { std::this_thread::sleep_for(std::chrono::minutes(10)); }).detach();
        });
        d.action("leaves_children", "One a call, for which nobody waits.", [] {
            if (::fork() == 0) {
                ::_exit(0);
            }
        });
        d.action("leaves_running_children", "One a call, which never ends by itself.", [] {
            if (::fork() == 0) {
                for (;;) {
                    ::pause();
                }
            }
        });
        d.action("leaves_many_children", "All in the first call.", [] {
            static const int left = [] {
                for (int i = 0; i < 120; ++i) {
                    if (::fork() == 0) {
                        ::_exit(0);
                    }
                }
                return 120;
            }();
            return left;
        });
        d.action("changes_process", "All that it shares.", [] {
            ::umask(0);
            ::setenv("FAULTY", "1", 1);
            std::signal(SIGUSR2, SIG_IGN);
            return ::chdir("/proc");
        });
        d.action("not_as_described", "Infinity is no number in JSON.",
                 [] { return std::numeric_limits<double>::infinity(); });
        d.action("cancels_slowly", "Looks at the flag too seldom.", [](const aip::Call& call) {
            while (!call.cancelled()) {
                std::this_thread::sleep_for(std::chrono::seconds(2));
            }
        });
        d.action("defect", "Throws what it should not.", [] { throw std::out_of_range("vector::at"); });
        d.action(
            "crash", "Dies of some input.",
            [](int depth) {
                if (depth < 0) {
                    std::raise(SIGSEGV);
                }
            },
            aip::param("depth"));
        d.action(
            "impossible", "No text is both.", [](const std::string& text) { return text; },
            aip::param("text").pattern("^a$").minLength(2));
        d.action("deletes", "Only when it is named.", [] {}).annotations({R"({"destructiveHint":true})"});
    }
};

}  // namespace

AIP_PLUGIN(Faulty)
