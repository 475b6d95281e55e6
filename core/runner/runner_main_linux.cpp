#include "runner/runner_main_linux.h"

#include "base/build.h"
#include "base/descriptor.h"
#include "base/help.h"
#include "hosting/refusal.h"
#include "link/link.h"
#include "link/runner_descriptors.h"
#include "runner/confinement_linux.h"
#include "runner/crash_handler_linux.h"
#include "runner/plugin_server.h"

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace aip::runner {
namespace {

constexpr int wrongUsage = 64;
constexpr int noOutput = 74;

bool isSocket(int descriptor) {
    struct stat status {};
    return ::fstat(descriptor, &status) == 0 && S_ISSOCK(status.st_mode);
}

int print(const std::string& text) {
    return std::fputs(text.c_str(), stdout) >= 0 && std::fflush(stdout) == 0 ? EXIT_SUCCESS : noOutput;
}

/// Whoever has called it, it was not the agent.
int answerPerson(const char* name, std::string_view word) {
    if (word == "--help" || word == "-h") {
        return print(base::helpText(
            {.usage = {std::string(name)},
             .summary = "Runs one plugin for aip-agent, which starts it: not for people.",
             .options = {{"-h, --help", "Show this help and exit."}, {"--version", "Show the version and exit."}},
             .exitCodes = {{EXIT_SUCCESS, "done"}, {wrongUsage, "wrong usage"}, {noOutput, "output cannot be written"}},
             .more = "Read on: man aip-agent."}));
    }
    if (word == "--version") {
        return print(base::versionText(name));
    }
    const std::string text = word.empty() ? "is started by aip-agent only" : base::unknownWord(word);
    std::fputs(base::wrongUsage(name, text).c_str(), stderr);
    return wrongUsage;
}

}  // namespace

int runnerMain(int count, char** arguments, const char* name, HostedKind kind) {
    base::occupyStandardDescriptors();
    namespace number = link::runner_descriptor;
    if (!isSocket(number::link)) {
        return answerPerson(name, count > 1 ? arguments[1] : "");
    }
    const bool hostView = count > 2 && arguments[2] == std::string_view(link::hostViewArgument);
    auto confinement = Confinement::split(number::lifeline, hostView);
    ::fcntl(number::link, F_SETFD, FD_CLOEXEC);
    std::signal(SIGPIPE, SIG_IGN);
    std::setvbuf(stdout, nullptr, _IOLBF, 0);  // so that the output of a plugin is seen while it runs
    link::Link link{base::Descriptor(number::link)};
    if (confinement.error() != 0) {
        const std::string why = std::string("forking its process: ") + std::strerror(confinement.error());
        static_cast<void>(link.send(link::Refused{hosting::reason::shortage, why}));
        return EXIT_FAILURE;
    }
    reportCrashesTo(link.descriptor());
    PluginServer server(link, confinement, std::move(kind));  // never destroyed: its threads run until the process ends
    const int code = server.run();
    std::fflush(nullptr);
    ::_exit(code);  // neither joins other threads nor runs destructors of a library
}

}  // namespace aip::runner
