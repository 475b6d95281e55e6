#include "runner/supervised_linux.h"

#include "base/guarded.h"
#include "runner/children_linux.h"
#include "runner/watcher_linux.h"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string_view>
#include <tuple>
#include <vector>

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

namespace aip::runner {
namespace {

constexpr unsigned exitShift = 8;  // of an exit code in a status
constexpr int notStartable = 126U << exitShift;
constexpr int count = std::tuple_size_v<decltype(Launch::descriptors)>;

/// What the keeper hears.
enum class Order : char { launch = 'l', terminate = 't', kill = 'k' };

/// The descriptors of the keeper. Those that it gets for a program have the next free numbers, in their order; the
/// numbers of the program are occupied.
namespace number {
constexpr int control = count;
constexpr int signals = control + 1;
constexpr int folder = signals + 1;
constexpr int first = folder + 1;  ///< of the program's
constexpr int unused = first + count;
}  // namespace number

using Pattern = Supervised::Pattern;

Pattern patternOf(const Launch& launch) {
    Pattern pattern{};
    std::ranges::transform(launch.descriptors, pattern.begin(), [](int descriptor) { return descriptor >= 0; });
    return pattern;
}

/// The other arguments of posix_spawn(). Made before the fork: the keeper must not allocate.
class SpawnPlan {
  public:
    explicit SpawnPlan(const Pattern& pattern) {
        posix_spawn_file_actions_init(&_files);
        posix_spawn_file_actions_addfchdir_np(&_files, number::folder);
        int next = number::first;
        for (int i = 0; i < count; ++i) {
            if (pattern.at(static_cast<std::size_t>(i))) {
                posix_spawn_file_actions_adddup2(&_files, next++, i);
            } else {
                posix_spawn_file_actions_addclose(&_files, i);
            }
        }
        posix_spawn_file_actions_addclosefrom_np(&_files, count);
        prepareSignals();
    }
    ~SpawnPlan() {
        posix_spawn_file_actions_destroy(&_files);
        posix_spawnattr_destroy(&_attributes);
    }
    SpawnPlan(const SpawnPlan&) = delete;
    SpawnPlan& operator=(const SpawnPlan&) = delete;

    /// 0, or an errno.
    int spawn(const SharedLaunch::Texts& texts, pid_t& program) const {
        return ::posix_spawnp(&program, texts.arguments[0], &_files, &_attributes, texts.arguments, texts.variables);
    }

  private:
    void prepareSignals() {
        sigset_t all;
        sigset_t none;
        sigfillset(&all);
        sigemptyset(&none);
        posix_spawnattr_init(&_attributes);
        posix_spawnattr_setsigdefault(&_attributes, &all);
        posix_spawnattr_setsigmask(&_attributes, &none);
        posix_spawnattr_setpgroup(&_attributes, 0);
        posix_spawnattr_setflags(&_attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
    }

    posix_spawn_file_actions_t _files{};
    posix_spawnattr_t _attributes{};
};

// From here to keep(): the keeper, the child of a process with threads. It must not allocate.

void complain(int descriptor, std::string_view name, int error) {
    const char* meaning = ::strerrordesc_np(error);
    for (const std::string_view piece : {std::string_view("cannot start "), name, std::string_view(": "),
                                         std::string_view(meaning == nullptr ? "unknown error" : meaning)}) {
        [[maybe_unused]] const auto written = ::write(descriptor, piece.data(), piece.size());
    }
}

/// Generation by generation: the children of a process that is killed become ours.
int killAllOf(pid_t program) {
    ::kill(-program, SIGKILL);  // the number is still that of the group: the program is not reaped yet
    int status = 0;
    ::waitpid(program, &status, 0);
    for (;;) {
        const pid_t reaped = ::waitpid(-1, nullptr, WNOHANG | __WALL);
        if (reaped < 0) {
            return status;
        }
        if (reaped == 0) {
            killChildren(program);
            ::waitpid(-1, nullptr, __WALL);
        }
    }
}

/// False if nobody gives orders any more: the program goes on to its end.
bool obey(pid_t program) {
    Order order{};
    const ssize_t size = ::recv(number::control, &order, sizeof order, MSG_DONTWAIT);
    if (size > 0 && order != Order::launch) {
        const int signal = order == Order::terminate ? SIGTERM : SIGKILL;
        ::kill(-program, signal);
        if (::getpgid(program) != program) {  // it has left its group
            ::kill(program, signal);
        }
    }
    return size != 0;
}

void waitForEnd(pid_t program) {
    constexpr int longest = 1'000;  // ms between two looks: there may be no descriptor for signals
    std::array<pollfd, 2> events{{{number::control, POLLIN, 0}, {number::signals, POLLIN, 0}}};
    for (Reaped reaped = reapOrphans(program); reaped != Reaped::childEnded; reaped = reapOrphans(program)) {
        if (::poll(events.data(), events.size(), reaped == Reaped::some ? 0 : longest) > 0 && events[0].revents != 0 &&
            !obey(program)) {
            events[0].fd = -1;
        }
        signalfd_siginfo read{};
        [[maybe_unused]] const auto size = ::read(number::signals, &read, sizeof read);
    }
}

/// Waits for a launch, and gives its descriptors their numbers. False: there will be none.
bool receiveLaunch() {
    for (;;) {
        Order order{};
        iovec text{&order, sizeof order};
        alignas(cmsghdr) std::array<char, CMSG_SPACE((count + 1) * sizeof(int))> descriptors{};
        msghdr message{};
        message.msg_iov = &text;
        message.msg_iovlen = 1;
        message.msg_control = descriptors.data();
        message.msg_controllen = descriptors.size();
        const ssize_t size = ::recvmsg(number::control, &message, MSG_CMSG_CLOEXEC);
        if (size == 0 || (size < 0 && errno != EINTR)) {
            return false;
        }
        if (size > 0 && order == Order::launch) {  // the others come late: what they meant has ended
            return true;
        }
    }
}

/// Its status, when it and all that it has started are gone.
int runProgram(const SpawnPlan& plan, const SharedLaunch::Texts& texts, int complaints) {
    constexpr int notFound = 127U << exitShift;
    pid_t program = -1;
    const int error = plan.spawn(texts, program);
    if (error != 0) {
        complain(complaints, texts.arguments[0], error);
    }
    ::close_range(number::folder, number::unused, 0);
    if (error != 0) {
        return error == ENOENT ? notFound : notStartable;
    }
    waitForEnd(program);
    return killAllOf(program);
}

/// The folder and the descriptors of a launch, and how many these are.
std::pair<std::array<int, count + 1>, std::size_t> handedOver(const Launch& launch) {
    std::array<int, count + 1> descriptors{launch.folder};
    auto* const end = std::copy_if(launch.descriptors.begin(), launch.descriptors.end(), descriptors.begin() + 1,
                                   [](int descriptor) { return descriptor >= 0; });
    return {descriptors, static_cast<std::size_t>(end - descriptors.begin())};
}

/// So that there is room for those that it makes, however many this process has.
void closeOthers(int control, const Launch& launch) {
    std::array<int, count + 2> kept{control, launch.folder};
    std::ranges::copy(launch.descriptors, kept.begin() + 2);
    std::ranges::sort(kept);
    int next = 0;
    for (const int number : kept) {
        if (number > next) {
            ::close_range(static_cast<unsigned>(next), static_cast<unsigned>(number) - 1, 0);
        }
        next = std::max(next, number + 1);
    }
    ::close_range(static_cast<unsigned>(next), ~0U, 0);
}

/// The same as a number from `least` on; negative if there is none.
int moved(int descriptor, int least) {
    return descriptor >= least ? descriptor : ::fcntl(descriptor, F_DUPFD_CLOEXEC, least);
}

/// Gives `control`, the descriptor for signals and those of the first program their numbers; closes all others.
/// `control` also occupies those of the program. 0, or an errno: then all have the numbers that they had.
int arrangeDescriptors(int control, const Launch& launch) {
    sigset_t child;
    sigemptyset(&child);
    sigaddset(&child, SIGCHLD);
    closeOthers(control, launch);
    auto [given, size] = handedOver(launch);
    const int end = number::folder + static_cast<int>(size);
    const int made = ::signalfd(-1, &child, SFD_CLOEXEC | SFD_NONBLOCK);
    const int signals = made < 0 ? -1 : moved(made, end);
    bool whole = signals >= 0;
    for (std::size_t i = 0; i < size && whole; ++i) {
        given.at(i) = moved(given.at(i), end);
        whole = given.at(i) >= 0;
    }
    if (!whole) {
        return errno;
    }
    for (int i = 0; i <= number::control; ++i) {
        ::dup3(control, i, O_CLOEXEC);  // it may have one of these numbers
    }
    ::dup3(signals, number::signals, O_CLOEXEC);
    for (std::size_t i = 0; i < size; ++i) {
        ::dup3(given.at(i), number::folder + static_cast<int>(i), O_CLOEXEC);
    }
    ::close_range(static_cast<unsigned>(end), ~0U, 0);
    return 0;
}

void report(int status, int control) {
    ::send(control, &status, sizeof status, MSG_NOSIGNAL);
}

/// It has the descriptors of the first launch from this process, and gets those of the others: the system counts what
/// is on its way for all processes of a user, and so another plugin can see to it that nothing arrives.
[[noreturn]] void keep(const SpawnPlan& plan, const SharedLaunch::Texts& texts, const Launch& first, int control) {
    ::prctl(PR_SET_CHILD_SUBREAPER, 1);
    ::prctl(PR_SET_DUMPABLE, 0);  // no process of its user traces it
    const Pattern pattern = patternOf(first);
    const auto before = std::count(pattern.begin(), pattern.begin() + STDERR_FILENO, true);
    const int complaints = pattern[STDERR_FILENO] ? number::first + static_cast<int>(before) : -1;
    if (const int error = arrangeDescriptors(control, first); error != 0) {
        complain(first.descriptors[STDERR_FILENO], texts.arguments[0], error);
        report(notStartable, control);
        ::_exit(EXIT_FAILURE);
    }
    do {
        report(runProgram(plan, texts, complaints), number::control);
    } while (receiveLaunch());
    ::_exit(EXIT_SUCCESS);
}

// From here on: this process.

void send(const base::Descriptor& keeper, Order order) {
    ::send(keeper.get(), &order, sizeof order, MSG_NOSIGNAL | MSG_DONTWAIT);
}

bool sendLaunch(const base::Descriptor& keeper, const Launch& launch) {
    const auto [descriptors, amount] = handedOver(launch);
    const std::size_t size = sizeof(int) * amount;
    Order order = Order::launch;
    iovec text{&order, sizeof order};
    alignas(cmsghdr) std::array<char, CMSG_SPACE((count + 1) * sizeof(int))> space{};
    msghdr message{};
    message.msg_iov = &text;
    message.msg_iovlen = 1;
    message.msg_control = space.data();
    message.msg_controllen = CMSG_SPACE(size);
    cmsghdr* const head = CMSG_FIRSTHDR(&message);
    head->cmsg_level = SOL_SOCKET;
    head->cmsg_type = SCM_RIGHTS;
    head->cmsg_len = CMSG_LEN(size);
    std::memcpy(CMSG_DATA(head), descriptors.data(), size);
    return ::sendmsg(keeper.get(), &message, MSG_NOSIGNAL) == static_cast<ssize_t>(sizeof order);
}

/// The numbers of those that are not reaped.
base::Guarded<std::vector<pid_t>>& allKeepers() {
    static base::Guarded<std::vector<pid_t>> all;
    return all;
}

}  // namespace

void Supervised::reapKeepers() {
    allKeepers().with([](std::vector<pid_t>& all) {
        std::erase_if(all, [](pid_t keeper) { return ::waitpid(keeper, nullptr, WNOHANG) != 0; });
    });
}

base::Result<Supervised> Supervised::start(const Launch& launch) {
    auto shared = SharedLaunch::of(launch);
    if (!shared) {
        return base::Error(base::Code::exhausted, "no memory is left to start the program");
    }
    reapKeepers();
    const Pattern pattern = patternOf(launch);
    const SpawnPlan plan(pattern);
    std::array<int, 2> ends{};
    if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()) != 0) {
        return base::Error(base::Code::exhausted, "no descriptor is left to watch the program");
    }
    base::Descriptor control(ends[0]);
    const base::Descriptor theirs(ends[1]);
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    ::pthread_sigmask(SIG_SETMASK, &all, &before);  // the keeper waits for signals, and loses none
    const pid_t keeper = ::fork();
    if (keeper == 0) {
        keep(plan, shared->texts(), launch, theirs.get());
    }
    const int why = errno;
    ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
    if (keeper < 0) {
        return base::Error(base::Code::exhausted, std::string("no process for the program: ") + std::strerror(why));
    }
    allKeepers().with([keeper](std::vector<pid_t>& keepers) { keepers.push_back(keeper); });
    return Supervised(*std::move(shared), pattern, std::move(control));
}

bool Supervised::startNext(const Launch& launch) {
    int before = 0;
    return patternOf(launch) == _pattern && _launch.put(launch) &&
           ::recv(_control.get(), &before, sizeof before, MSG_DONTWAIT) == static_cast<ssize_t>(sizeof before) &&
           sendLaunch(_control, launch);
}

void Supervised::terminate() const {
    send(_control, Order::terminate);
}

void Supervised::kill() const {
    send(_control, Order::kill);
}

int Supervised::status() const {
    int status = 0;
    ssize_t size = -1;
    do {
        size = ::recv(_control.get(), &status, sizeof status, MSG_PEEK);
    } while (size < 0 && errno == EINTR);
    if (size != static_cast<ssize_t>(sizeof status)) {
        std::fputs("the program has killed the process that watches it\n", stderr);
        std::_Exit(EXIT_FAILURE);
    }
    return status;
}

}  // namespace aip::runner
