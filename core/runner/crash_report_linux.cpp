#include "runner/crash_report_linux.h"

#include "runner/crash_mark.h"
#include "runner/memory_map.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <optional>

#include <fcntl.h>
#include <ucontext.h>
#include <unistd.h>
#include <unwind.h>

namespace aip::runner {
namespace {

constexpr std::size_t mostFrames = 100;

/// Calls `visit` for each mapping of this process, in order.
template <typename Visit>
void eachMapping(Visit visit) {
    int maps = ::open("/proc/self/maps", O_RDONLY | O_CLOEXEC);
    if (maps < 0 && errno == EMFILE) {
        ::close(STDIN_FILENO);  // nobody needs it any more
        maps = ::open("/proc/self/maps", O_RDONLY | O_CLOEXEC);
    }
    std::array<char, 8192> bytes;  // NOLINT: filled by read()
    std::size_t size = 0;
    for (ssize_t got = 0; (got = ::read(maps, bytes.data() + size, bytes.size() - size)) > 0;) {
        std::string_view text(bytes.data(), size + static_cast<std::size_t>(got));
        for (auto end = text.find('\n'); end != std::string_view::npos; end = text.find('\n')) {
            if (const auto mapping = parseMapping(text.substr(0, end))) {
                visit(*mapping);
            }
            text.remove_prefix(end + 1);
        }
        size = text.size() == bytes.size() ? 0 : text.size();
        std::memmove(bytes.data(), text.data(), size);
    }
    ::close(maps);
}

bool isLibrary(const Mapping& mapping, const NamedLibrary& library) {
    return library.inode != 0 && mapping.inode == library.inode && mapping.major == library.major &&
           mapping.minor == library.minor;
}

/// Where the plugin's library is mapped; its path is not valid.
std::optional<Mapping> rangeOf(const NamedLibrary& library) {
    std::optional<Mapping> range;
    eachMapping([&](const Mapping& mapping) {
        if (isLibrary(mapping, library)) {
            range = range.value_or(mapping);
            range->end = mapping.end;
        }
    });
    return range;
}

/// "libx.so+0x1139"
void addPlace(std::uint64_t address, const NamedLibrary& library, CrashText& text) {
    AddressSearch search(address);
    eachMapping([&](const Mapping& mapping) {
        const bool before = search.found();
        search.take(mapping);
        if (search.found() && !before) {
            const bool named = isLibrary(mapping, library);
            text.add(named ? library.name.view() : fileName(mapping.path)).add("+").addHex(search.offset());
        }
    });
    if (!search.found()) {
        text.addHex(address).add(", which is in no library");
    }
}

struct Registers {
    std::uint64_t instruction = 0;
    std::uint64_t stack = 0;
    std::uint64_t link = 0;  ///< the return address, where a register holds it
};

Registers registersOf(const void* context) {
    const auto& machine = static_cast<const ucontext_t*>(context)->uc_mcontext;
#if defined(__x86_64__)
    return {static_cast<std::uint64_t>(machine.gregs[REG_RIP]), static_cast<std::uint64_t>(machine.gregs[REG_RSP]), 0};
#elif defined(__aarch64__)
    return {machine.pc, machine.sp, machine.regs[30]};
#else
#error "name the registers of this machine"
#endif
}

struct Frames {
    std::array<std::uint64_t, mostFrames> addresses{};
    std::size_t count = 0;
};

_Unwind_Reason_Code addFrame(_Unwind_Context* context, void* argument) {
    auto& frames = *static_cast<Frames*>(argument);
    int before = 0;
    const auto address = _Unwind_GetIPInfo(context, &before);
    if (address == 0 || frames.count == frames.addresses.size()) {
        return _URC_END_OF_STACK;
    }
    frames.addresses[frames.count++] = before != 0 ? address : address - 1;  // in the call, not after it
    return _URC_NO_REASON;
}

/// Who has called a function that is not there: the unwinder cannot know.
std::uint64_t returnAddress(const Registers& registers) {
    std::uint64_t address = registers.link;
    if (address == 0) {
        std::memcpy(&address, reinterpret_cast<const void*>(registers.stack), sizeof address);  // NOLINT: may fault
    }
    return address - 1;
}

/// ", from libx.so+0x1139" if the fault is elsewhere: the innermost frame of the plugin's library.
void addCaller(const Registers& registers, const NamedLibrary& library, CrashText& text) {
    const auto range = rangeOf(library);
    if (!range || range->contains(registers.instruction)) {
        return;
    }
    Frames frames;
    _Unwind_Backtrace(&addFrame, &frames);
    const auto* const end = frames.addresses.cbegin() + frames.count;
    const auto* const frame =
        std::find_if(frames.addresses.cbegin(), end, [&](std::uint64_t address) { return range->contains(address); });
    const auto caller = frame == end ? returnAddress(registers) : *frame;
    if (range->contains(caller)) {
        addPlace(caller, library, text.add(", from "));
    }
}

void addSignal(int signal, const siginfo_t& info, CrashText& text) {
    const char* name = ::sigabbrev_np(signal);
    text.add("SIG").add(name == nullptr ? "?" : name);
    if (info.si_code <= 0 && info.si_pid != ::getpid()) {
        text.add(", sent by another process,");
    }
}

void addMarks(CrashText& text) {
    const auto own = markOfThisThread();
    text.add(own.empty() ? ", in a thread without a call" : ", in ").add(own);
    if (own.empty()) {
        eachMark([](std::string_view mark, void* to) { static_cast<CrashText*>(to)->add("; meanwhile: ").add(mark); },
                 &text);
    }
}

}  // namespace

void describeCrash(int signal, const siginfo_t& info, const void* context, const NamedLibrary& library,
                   CrashText& text) {
    const Registers registers = registersOf(context);
    addSignal(signal, info, text);
    addMarks(text);
    addPlace(registers.instruction, library, text.add(", at "));
    addCaller(registers, library, text);
}

void prepareUnwinder() {
    Frames frames;
    _Unwind_Backtrace(&addFrame, &frames);
}

}  // namespace aip::runner
