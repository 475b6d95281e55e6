#include "base/run_logged.h"

#include "base/log.h"

#include <exception>

namespace aip::base {

void runLogged(const std::function<void()>& job) noexcept {
    try {
        job();
    } catch (const std::exception& failure) {
        log::error("a job of a thread failed: {}", failure.what());
    }
}

}  // namespace aip::base
