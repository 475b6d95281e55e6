#include "lifecycle/file_sender.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

using namespace aip;
using lifecycle::FileSender;
using lifecycle::Outbox;

namespace {

/// A sender whose disk jobs run when the test says so.
class SlowlyClosed : public testing::Test, protected lifecycle::TransferLink {
  protected:
    SlowlyClosed() { sender.connected(); }

    void send(transport::OutgoingMessage /*message*/) override {}
    std::size_t queued() const override { return 0; }
    void sendError(const std::string& text) override { errors.push_back(text); }
    std::string now() const override { return "now"; }
    void post(Job job) override { job(); }
    void onDiskThread(Job job) override { diskJobs.push_back(std::move(job)); }

    base::Result<void> hand(const std::string& session) const {
        auto artifact = *hosting::spoolArtifact("abc");
        artifact.name = "a";
        artifact.sessionId = session;
        return outbox->put(std::move(artifact));
    }

    void fill() const {
        for (std::size_t i = 0; i < Outbox::maxFiles; ++i) {
            ASSERT_TRUE(hand(i == 0 ? "first" : "others"));
        }
    }

    void runDisk() {
        for (const auto& job : std::exchange(diskJobs, {})) {
            job();
        }
    }

    std::vector<std::string> errors;
    std::vector<std::function<void()>> diskJobs;
    const std::shared_ptr<Outbox> outbox = std::make_shared<Outbox>();
    const lifecycle::TransferSettings settings{.send = true, .inbox = {}};
    FileSender sender{settings, *this, outbox};
};

TEST_F(SlowlyClosed, filesThatAreSentHoldTheirPlacesUntilThen) {
    fill();
    sender.pump();
    runDisk();  // reads the first, which is sent at once
    ASSERT_EQ(diskJobs.size(), 2U) << "to close it, and to read the second";
    EXPECT_EQ(hand("late").error().code(), base::Code::exhausted);
    std::exchange(diskJobs, {}).front()();
    EXPECT_TRUE(hand("late"));
    EXPECT_EQ(hand("late").error().code(), base::Code::exhausted);
}

TEST_F(SlowlyClosed, filesThatAreDroppedHoldTheirPlacesUntilThen) {
    fill();
    sender.drop("first", "it is over");
    EXPECT_EQ(errors.size(), 1U);
    EXPECT_EQ(hand("late").error().code(), base::Code::exhausted);
    runDisk();
    EXPECT_TRUE(hand("late"));
}

}  // namespace
