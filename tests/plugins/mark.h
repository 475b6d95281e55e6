#pragma once

#include "tests/support/temporary_folder.h"

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include <stdlib.h>
#include <unistd.h>

namespace aip::tests {

/// A variable that marks all processes that a plugin of this test has started, wherever they are. They must be
/// debuggable unless the test is root, and their settings must name AIP_TEST_MARK.
class Mark {
  public:
    Mark() : _value(std::to_string(::getpid()) + "-" + std::to_string(++made)) {
        ::setenv("AIP_TEST_MARK", _value.c_str(), 1);
    }
    ~Mark() { ::unsetenv("AIP_TEST_MARK"); }
    Mark(const Mark&) = delete;
    Mark& operator=(const Mark&) = delete;

    std::vector<pid_t> processes() const {
        std::vector<pid_t> found;
        for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
            const std::string environment = readFile(entry.path() / "environ");
            const std::string name = entry.path().filename();
            if (name != std::to_string(::getpid()) &&
                environment.find("AIP_TEST_MARK=" + _value + '\0') != std::string::npos) {
                found.push_back(static_cast<pid_t>(std::stol(name)));
            }
        }
        return found;
    }

    /// Polls: nothing reports the end of the last one.
    bool allGone() const {
        const auto limit = std::chrono::steady_clock::now() + std::chrono::seconds(60);
        while (!processes().empty() && std::chrono::steady_clock::now() < limit) {
            std::this_thread::yield();
        }
        return processes().empty();
    }

  private:
    static inline int made = 0;
    std::string _value;
};

}  // namespace aip::tests
