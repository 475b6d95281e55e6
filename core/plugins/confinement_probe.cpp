#include "plugins/confinement_probe.h"

#include "link/link_messages.h"
#include "plugins/child_process.h"
#include "plugins/poll_set.h"

#include <variant>

namespace aip::plugins {
namespace {

void waitFor(int descriptor, base::Clock::TimePoint deadline) {
    PollSet polled;
    PollSet::Watched watched;
    if (polled.open()) {
        polled.watch(watched, descriptor, true);
        polled.wait(deadline);
    }
}

}  // namespace

link::Measures probeConfinement(const std::filesystem::path& runner, std::chrono::milliseconds limit) {
    const auto deadline = std::chrono::steady_clock::now() + limit;
    auto child = ChildProcess::start({runner, "probe", allowedEnvironment({})});
    if (!child || !child->link()->post(link::Start{}, child->link()->memory().descriptor())) {  // any descriptor
        return {};
    }
    waitFor(child->link()->descriptor(), deadline);
    base::ByteBuffer buffer;
    const auto received = child->link()->receive(buffer, false);
    const auto* confined = received && *received ? std::get_if<link::Confined>(&(*received)->message) : nullptr;
    const link::Measures granted(confined != nullptr ? confined->inForce : 0U);
    child->end();
    waitFor(child->process().get(), deadline);
    static_cast<void>(child->ending());
    return granted;
}

}  // namespace aip::plugins
