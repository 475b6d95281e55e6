#pragma once

#include <functional>

namespace aip::base {

/// Runs a job of a thread that has others to do. An exception, as there is no memory, ends the job and not the program;
/// it is logged. Any thread.
void runLogged(const std::function<void()>& job) noexcept;

}  // namespace aip::base
