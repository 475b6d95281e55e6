#include "runner/signal_stack_linux.h"

#include <csignal>
#include <cstddef>

#include <sys/mman.h>

namespace aip::runner {
namespace {

constexpr std::size_t guardSize = 4096;
constexpr std::size_t stackSize = std::size_t{64}
                                  << 10U;  ///< the frames of a handler and of the unwinder, with AVX-512

class SignalStack {
  public:
    SignalStack() {
        stack_t current{};
        if (::sigaltstack(nullptr, &current) != 0 || (current.ss_flags & SS_DISABLE) == 0) {
            return;
        }
        void* memory =
            ::mmap(nullptr, guardSize + stackSize, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
        if (memory == MAP_FAILED) {
            return;
        }
        _memory = memory;
        stack_t stack{};
        stack.ss_sp = static_cast<char*>(memory) + guardSize;
        stack.ss_size = stackSize;
        if (::mprotect(stack.ss_sp, stackSize, PROT_READ | PROT_WRITE) == 0) {
            ::sigaltstack(&stack, nullptr);
        }
    }
    ~SignalStack() {
        if (_memory != nullptr) {
            stack_t none{};
            none.ss_flags = SS_DISABLE;
            ::sigaltstack(&none, nullptr);
            ::munmap(_memory, guardSize + stackSize);
        }
    }
    SignalStack(const SignalStack&) = delete;
    SignalStack& operator=(const SignalStack&) = delete;

  private:
    void* _memory = nullptr;
};

}  // namespace

void giveSignalStack() {
    static thread_local const SignalStack stack;
}

}  // namespace aip::runner
