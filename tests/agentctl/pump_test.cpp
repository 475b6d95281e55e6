#include "pump.h"

#include "base/descriptor.h"

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <thread>
#include <utility>

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

namespace {

using aip::agentctl::pump;
using aip::base::Descriptor;

std::pair<Descriptor, Descriptor> pipe() {
    std::array<int, 2> ends{};
    EXPECT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
    return {Descriptor(ends[0]), Descriptor(ends[1])};
}

void write(const Descriptor& to, std::string_view text) {
    while (!text.empty()) {
        const auto size = ::write(to.get(), text.data(), text.size());
        ASSERT_GT(size, 0);
        text.remove_prefix(static_cast<std::size_t>(size));
    }
}

std::string readAll(const Descriptor& from) {
    std::string text;
    std::array<char, 4'096> piece{};
    for (ssize_t size = 1; size > 0;) {
        size = ::read(from.get(), piece.data(), piece.size());
        text.append(piece.data(), size > 0 ? static_cast<std::size_t>(size) : 0);
    }
    return text;
}

TEST(Pump, copiesBothWaysUntilTheOtherEndHasClosed) {
    std::array<int, 2> ends{};
    ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()), 0);
    const Descriptor ours(ends[0]);
    Descriptor agents(ends[1]);
    auto in = pipe();
    auto out = pipe();
    std::thread pumping([&] {
        EXPECT_TRUE(pump(ours.get(), in.first.get(), out.second.get(), "early "));
        out.second = Descriptor();
    });
    const std::string much(1'000'000, 'x');
    std::thread agent([&] {
        EXPECT_EQ(readAll(agents), much);
        write(agents, much);
        agents = Descriptor();
    });
    write(in.second, much);
    in.second = Descriptor();
    EXPECT_EQ(readAll(out.first), "early " + much);
    agent.join();
    pumping.join();
}

}  // namespace
