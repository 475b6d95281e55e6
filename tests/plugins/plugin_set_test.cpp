#include "plugins/plugin_set.h"

#include "plugins/lease.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

namespace {

using namespace aip::plugins;
using namespace std::chrono_literals;
using aip::admission::Manifest;
using aip::admission::Trust;
using aip::hosting::Call;
using aip::hosting::Check;

/// Ignores calls; its state is what the test sets.
class IdleSlot : public Slot {
  public:
    explicit IdleSlot(SlotState state = SlotState::idle, bool clean = true) : _state(state), _clean(clean) {}

    const Manifest& manifest() const override { return _manifest; }
    SlotState state() const override { return _state; }
    std::string reason() const override { return _state == SlotState::failed ? "start-failed: no paper" : ""; }
    Check start() override { return {}; }
    void invoke(std::shared_ptr<Call> /*call*/) override {}
    void cancelled(const Call& /*call*/) override {}
    bool abandon(const Call& /*call*/) override { return false; }
    bool revive() override { return false; }
    bool stop(std::chrono::milliseconds limit) override {
        _state = SlotState::stopped;
        limits.push_back(limit);
        return _clean;
    }

    std::vector<std::chrono::milliseconds> limits;  ///< of each stop()

  private:
    const Manifest _manifest;
    SlotState _state;
    const bool _clean;
};

PluginEntry entry(const std::string& id, std::shared_ptr<Slot> slot) {
    PluginEntry entry;
    entry.id = id;
    entry.slot = std::move(slot);
    return entry;
}

TEST(PluginSet, hasTheSlotsOfThoseThatWereAdmitted) {
    PluginEntry refused = entry("refused", nullptr);
    refused.refusal = {"not-pinned", "why"};
    const auto slot = std::make_shared<IdleSlot>();
    const PluginSet set({refused, entry("disabled", nullptr), entry("good", slot)}, Trust::owner, {});
    EXPECT_EQ(set.slots(), Slots{slot});
    EXPECT_EQ(set.entries()[0].state() + " " + set.entries()[0].reason(), "refused not-pinned: why");
    EXPECT_EQ(set.entries()[1].state() + " " + set.entries()[1].reason(), "disabled ");
    EXPECT_EQ(set.entries()[2].state() + " " + set.entries()[2].reason(), "idle ");
}

TEST(PluginSet, showsTheReasonOfTheSlotBeforeThatOfTheUpdate) {
    for (const auto& [state, reason] : {std::pair(SlotState::failed, "start-failed: no paper"),
                                        std::pair(SlotState::running, "hash-mismatch: why")}) {
        PluginEntry updated = entry("good", std::make_shared<IdleSlot>(state));
        updated.update = {"hash-mismatch", "why"};
        EXPECT_EQ(updated.reason(), reason);
    }
}

TEST(PluginSet, findsAPluginOnlyIfItsSlotIsOfUse) {
    const PluginSet set({entry("idle", std::make_shared<IdleSlot>()),
                         entry("failed", std::make_shared<IdleSlot>(SlotState::failed)), entry("disabled", nullptr)},
                        Trust::owner, {});
    EXPECT_EQ(set.working("idle"), set.entries().data());
    for (const char* id : {"failed", "disabled", "absent"}) {
        EXPECT_EQ(set.working(id), nullptr) << id;
    }
}

TEST(StopAll, stopsEachWithWhatIsLeftAndSaysWhetherAllWentWell) {
    const auto good = std::make_shared<IdleSlot>();
    const auto bad = std::make_shared<IdleSlot>(SlotState::running, false);
    EXPECT_TRUE(stopAll({good}, 1h));
    EXPECT_FALSE(stopAll({bad, good}, 1h));
    EXPECT_TRUE(stopAll({}, 1h));
    ASSERT_EQ(good->limits.size(), 2U);
    EXPECT_GT(good->limits[1], 0ms);
    EXPECT_LE(good->limits[1], 1h);
    EXPECT_TRUE(stopAll({good}, -1s));
    EXPECT_EQ(good->limits[2], 1ms);
}

TEST(Lease, retiresTheSlotWhenTheLastCopyIsGone) {
    std::vector<std::shared_ptr<Slot>> retired;
    const auto slot = std::make_shared<IdleSlot>();
    auto leased = lease(slot, [&](std::shared_ptr<Slot> given) { retired.push_back(std::move(given)); });
    EXPECT_EQ(leased.get(), slot.get());
    auto copy = leased;
    leased.reset();
    EXPECT_TRUE(retired.empty());
    copy.reset();
    EXPECT_EQ(retired, Slots{slot});
}

TEST(Lease, doesNotKeepTheSlotAfterwards) {
    auto slot = std::make_shared<IdleSlot>();
    const std::weak_ptr<Slot> left = slot;
    auto leased = lease(slot, stopHere);
    leased.reset();
    EXPECT_EQ(slot->limits, std::vector<std::chrono::milliseconds>{5s});
    slot.reset();
    EXPECT_TRUE(left.expired());
}

}  // namespace
