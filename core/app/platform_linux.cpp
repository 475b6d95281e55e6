#include "app/platform.h"

#include <csignal>
#include <system_error>

#include <pthread.h>
#include <unistd.h>

namespace aip::app {
namespace {

sigset_t handledSignals() {
    sigset_t set;
    sigemptyset(&set);
    for (const int signal : {SIGTERM, SIGINT, SIGQUIT, SIGHUP}) {
        sigaddset(&set, signal);
    }
    return set;
}

}  // namespace

std::string_view platformName() {
    return "linux";
}

std::filesystem::path installedPlugins() {
    std::error_code ignored;
    const auto folder = std::filesystem::read_symlink("/proc/self/exe", ignored).parent_path();
    return folder.parent_path() / "lib" / "aip-agent" / "plugins";
}

void blockSignals() {
    const sigset_t set = handledSignals();
    pthread_sigmask(SIG_BLOCK, &set, nullptr);
    std::signal(SIGPIPE, SIG_IGN);
}

Signal waitForSignal() {
    const sigset_t set = handledSignals();
    int signal = 0;
    while (sigwait(&set, &signal) != 0) {
    }
    return signal == SIGHUP ? Signal::hangUp : Signal::stop;
}

void raiseStop() {
    ::kill(::getpid(), SIGTERM);
}

}  // namespace aip::app
