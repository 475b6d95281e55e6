#include "runner/shared_launch_linux.h"

#include <cstring>
#include <utility>

#include <sys/mman.h>

namespace aip::runner {
namespace {

constexpr std::size_t spare = 64UL << 10U;

std::size_t sizeOf(const std::vector<std::string>& texts) {
    std::size_t size = sizeof(char*);
    for (const auto& text : texts) {
        size += sizeof(char*) + text.size() + 1;
    }
    return size;
}

std::size_t sizeOf(const Launch& launch) {
    return sizeof(SharedLaunch::Texts) + sizeOf(launch.command) + sizeOf(launch.environment);
}

/// Copies the texts to `text` and their pointers, with a null after the last, to `pointer`; moves both behind that.
char** copy(const std::vector<std::string>& texts, char**& pointer, char*& text) {
    char** const begin = pointer;
    for (const auto& each : texts) {
        *pointer++ = text;
        std::memcpy(text, each.c_str(), each.size() + 1);
        text += each.size() + 1;
    }
    *pointer++ = nullptr;
    return begin;
}

}  // namespace

std::optional<SharedLaunch> SharedLaunch::of(const Launch& launch) {
    const std::size_t size = 2 * sizeOf(launch) + spare;
    void* const memory = ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) {
        return std::nullopt;
    }
    SharedLaunch shared(memory, size);
    shared.put(launch);
    return shared;
}

SharedLaunch::~SharedLaunch() {
    if (_memory != nullptr) {
        ::munmap(_memory, _size);
    }
}

SharedLaunch::SharedLaunch(SharedLaunch&& other) noexcept
    : _memory(std::exchange(other._memory, nullptr)), _size(other._size) {}

SharedLaunch& SharedLaunch::operator=(SharedLaunch&& other) noexcept {
    std::swap(_memory, other._memory);
    std::swap(_size, other._size);
    return *this;
}

bool SharedLaunch::put(const Launch& launch) {
    if (sizeOf(launch) > _size) {
        return false;
    }
    auto* const head = static_cast<Texts*>(_memory);
    auto** pointer = reinterpret_cast<char**>(head + 1);
    char* text = reinterpret_cast<char*>(pointer + launch.command.size() + launch.environment.size() + 2);
    head->arguments = copy(launch.command, pointer, text);
    head->variables = copy(launch.environment, pointer, text);
    return true;
}

}  // namespace aip::runner
