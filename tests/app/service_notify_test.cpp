#include "app/service_notify.h"

#include "app/service_reporter.h"
#include "tests/support/temporary_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <string>

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace aip::app {
namespace {

using namespace std::chrono_literals;
using testing::StartsWith;

/// systemd's end of NOTIFY_SOCKET.
class Manager {
  public:
    explicit Manager(std::string name) {
        ::setenv("NOTIFY_SOCKET", name.c_str(), 1);
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        name[0] = name[0] == '@' ? '\0' : name[0];
        name.copy(address.sun_path, sizeof address.sun_path);
        const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name.size());
        EXPECT_EQ(::bind(_socket.get(), reinterpret_cast<const sockaddr*>(&address), size), 0);
    }

    /// The next message; empty if none comes in time.
    std::string next(std::chrono::milliseconds limit = 20s) {
        pollfd ready{_socket.get(), POLLIN, 0};
        if (::poll(&ready, 1, static_cast<int>(limit.count())) != 1) {
            return {};
        }
        std::string text(1'000, '\0');
        const ssize_t size = ::recv(_socket.get(), text.data(), text.size(), 0);
        return text.substr(0, static_cast<std::size_t>(std::max<ssize_t>(size, 0)));
    }

  private:
    base::Descriptor _socket{::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)};
};

class ServiceNotifies : public testing::Test {
  protected:
    ~ServiceNotifies() override {
        for (const char* name : {"NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"}) {
            ::unsetenv(name);
        }
    }

    static void setWatchdog(const std::string& interval, const std::string& process = std::to_string(::getpid())) {
        ::setenv("WATCHDOG_USEC", interval.c_str(), 1);
        ::setenv("WATCHDOG_PID", process.c_str(), 1);
    }

    tests::TemporaryFolder folder;
    const std::string path = folder / "notify";
    const std::string abstract = "@aip-test-" + std::to_string(::getpid());
};

TEST_F(ServiceNotifies, speaksToAPathAndToAnAbstractSocket) {
    for (const auto& name : {path, abstract}) {
        Manager manager(name);
        const auto notify = ServiceNotify::take();
        EXPECT_TRUE(notify.connected());
        EXPECT_TRUE(notify.send("READY=1\nSTATUS=well"));
        EXPECT_EQ(manager.next(), "READY=1\nSTATUS=well");
    }
}

TEST_F(ServiceNotifies, leavesNothingForChildren) {
    const Manager manager(path);
    setWatchdog("1000");
    static_cast<void>(ServiceNotify::take());
    for (const char* name : {"NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"}) {
        EXPECT_EQ(std::getenv(name), nullptr) << name;
    }
}

TEST_F(ServiceNotifies, withoutAManagerNothingIsSaid) {
    EXPECT_FALSE(ServiceNotify::take().connected());
    for (const auto& name : std::vector<std::string>{"", "/", "relative", "vsock:2:1", "@" + std::string(200, 'x')}) {
        ::setenv("NOTIFY_SOCKET", name.c_str(), 1);
        EXPECT_FALSE(ServiceNotify::take().connected()) << name;
        EXPECT_EQ(std::getenv("NOTIFY_SOCKET"), nullptr);
    }
}

TEST_F(ServiceNotifies, aManagerThatHasGoneIsNoFault) {
    ::setenv("NOTIFY_SOCKET", path.c_str(), 1);
    EXPECT_FALSE(ServiceNotify::take().send("READY=1"));
}

TEST_F(ServiceNotifies, theWatchdogIsOursIfItIsSetAndForThisProcess) {
    const struct {
        std::string interval;
        std::string process;
        std::optional<std::chrono::microseconds> expected;
    } rows[] = {{"2000000", std::to_string(::getpid()), 2s},
                {"2000000", "", 2s},
                {"2000000", "1", {}},
                {"0", "", {}},
                {"", "", {}},
                {"soon", "", {}},
                {"-1", "", {}}};
    int count = 0;
    for (const auto& row : rows) {
        const Manager manager(path + std::to_string(++count));
        setWatchdog(row.interval, row.process);
        EXPECT_EQ(ServiceNotify::take().watchdog(), row.expected) << row.interval << " of " << row.process;
    }
}

TEST_F(ServiceNotifies, theReporterTellsWhatHappensInOrder) {
    Manager manager(path);
    ServiceReporter reporter(ServiceNotify::take(), false);
    reporter.status("starting");
    reporter.started();
    reporter.reloading();
    reporter.reloaded();
    reporter.stopping();
    EXPECT_EQ(manager.next(), "STATUS=starting");
    EXPECT_EQ(manager.next(), "READY=1");
    EXPECT_THAT(manager.next(), StartsWith("RELOADING=1\nMONOTONIC_USEC="));
    EXPECT_EQ(manager.next(), "READY=1");
    EXPECT_THAT(manager.next(), StartsWith("STOPPING=1\nEXTEND_TIMEOUT_USEC="));
}

TEST_F(ServiceNotifies, whatWaitsIsSentBeforeTheEnd) {
    Manager manager(path);
    { ServiceReporter(ServiceNotify::take(), false).started(); }
    EXPECT_EQ(manager.next(), "READY=1");
}

TEST_F(ServiceNotifies, theWatchdogIsFedAsLongAsThereIsProgress) {
    Manager manager(path);
    setWatchdog("3000");
    ServiceReporter reporter(ServiceNotify::take(), false);
    EXPECT_EQ(manager.next(20ms), "") << "nobody has said that there is progress";
    std::atomic<bool> progress{true};
    std::atomic<int> asked{0};
    reporter.watch([&] {
        ++asked;
        return progress.load();
    });
    EXPECT_EQ(manager.next(), "WATCHDOG=1");
    EXPECT_EQ(manager.next(), "WATCHDOG=1");
    progress = false;
    for (const int before = asked; asked < before + 2;) {
        std::this_thread::yield();
    }
    while (!manager.next(0ms).empty()) {
    }
    EXPECT_EQ(manager.next(20ms), "");
    progress = true;
    EXPECT_EQ(manager.next(), "WATCHDOG=1");
    reporter.watch({});
}

TEST_F(ServiceNotifies, withoutAWatchdogNobodyIsAsked) {
    Manager manager(path);
    ServiceReporter reporter(ServiceNotify::take(), false);
    reporter.watch([] {
        ADD_FAILURE();
        return true;
    });
    reporter.started();
    EXPECT_EQ(manager.next(), "READY=1");
    EXPECT_EQ(manager.next(20ms), "");
    reporter.watch({});
}

}  // namespace
}  // namespace aip::app
