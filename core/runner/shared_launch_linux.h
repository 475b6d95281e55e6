#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace aip::runner {

/// How a program is started.
struct Launch {
    std::vector<std::string> command;      ///< a name without '/' is found in PATH
    std::vector<std::string> environment;  ///< "NAME=value"
    int folder = -1;                       ///< the descriptor of its working directory
    /// Those that become 0, 1, ... in it; -1: none. It has no others.
    std::array<int, 5> descriptors{-1, -1, -1, -1, -1};
};

/// Command and environment of a launch in memory that this process shares with those that it forks, so that these need
/// not allocate to have another one. Written while they do not read.
class SharedLaunch {
  public:
    /// For posix_spawn(). At the same address in all processes.
    struct Texts {
        char** arguments = nullptr;
        char** variables = nullptr;
    };

    /// Holds `launch`, with space for larger ones. None: there is no memory.
    static std::optional<SharedLaunch> of(const Launch& launch);

    ~SharedLaunch();
    SharedLaunch(SharedLaunch&& other) noexcept;
    SharedLaunch& operator=(SharedLaunch&& other) noexcept;

    /// False if there is not enough space.
    bool put(const Launch& launch);
    const Texts& texts() const { return *static_cast<const Texts*>(_memory); }

  private:
    SharedLaunch(void* memory, std::size_t size) : _memory(memory), _size(size) {}

    void* _memory;
    std::size_t _size;
};

}  // namespace aip::runner
