#pragma once

#include "audit/trail.h"
#include "base/guarded.h"

#include <atomic>
#include <cstdlib>
#include <memory>
#include <new>
#include <string>
#include <utility>
#include <vector>

namespace aip::tests {

/// Keeps the records as lines. Says no if there is no room.
class FakeTrail final : public audit::Trail {
  public:
    base::Result<std::shared_ptr<audit::OpenCall>> begin(const audit::Asked& asked,
                                                         std::shared_ptr<const audit::ToolFacts> tool,
                                                         audit::Decision decision) override {
        auto call = std::make_shared<Call>(*this);
        if (full) {
            return base::Error(base::Code::exhausted, "no room");
        }
        std::string line = "begun ";
        line += tool ? tool->plugin + " " + tool->key : std::string(asked.tool);
        line += decision.by.empty() ? " allowed" : " " + std::string(decision.by) + " " + base::codeName(decision.code);
        reasons.with([&](auto& all) { all.push_back(decision.reason); });
        peers.with([&](auto& all) { all.emplace_back(asked.peer); });
        add(std::move(line));
        ++begun;
        return std::shared_ptr<audit::OpenCall>(std::move(call));
    }
    void unrecorded() noexcept override { ++failed; }
    bool isCrowded() const noexcept override { return crowded; }
    void awaitRoom() override { crowded = false; }
    void event(std::string_view kind, std::string members) noexcept override {
        constexpr std::string_view count = "\"count\":";
        const auto at = members.find(count);
        counted += at == std::string::npos ? 0 : std::atoi(members.c_str() + at + count.size());
        events.with([&](auto& all) { all.push_back(std::string(kind) + " " + members); });
    }

    std::vector<std::string> taken() {
        return lines.with([](auto& all) { return std::exchange(all, {}); });
    }
    std::vector<std::string> takenEvents() {
        return events.with([](auto& all) { return std::exchange(all, {}); });
    }
    /// Of each call, who was at its door.
    std::vector<std::string> takenPeers() {
        return peers.with([](auto& all) { return std::exchange(all, {}); });
    }
    std::string lastReason() {
        return reasons.with([](const auto& all) { return all.empty() ? std::string() : all.back(); });
    }
    void add(std::string line) {
        lines.with([&](auto& all) { all.push_back(std::move(line)); });
    }

    std::atomic<bool> full{false};
    std::atomic<bool> crowded{false};
    std::atomic<int> begun{0};
    std::atomic<int> ended{0};
    std::atomic<int> failed{0};
    std::atomic<int> counted{0};  ///< actions that events stand for

  private:
    class Call final : public audit::OpenCall {
      public:
        explicit Call(FakeTrail& trail) : _trail(trail) {}
        void ended(audit::CallEnd end) noexcept override {
            ++_trail.ended;
            try {
                _trail.add("ended " + std::string(end.by) + " " + base::codeName(end.code) + " " +
                           std::to_string(end.bytes) + (end.account.empty() ? "" : " " + end.account));
            } catch (const std::bad_alloc&) {  // it is counted
            }
        }

      private:
        FakeTrail& _trail;
    };

    base::Guarded<std::vector<std::string>> lines;
    base::Guarded<std::vector<std::string>> reasons;
    base::Guarded<std::vector<std::string>> peers;
    base::Guarded<std::vector<std::string>> events;
};

}  // namespace aip::tests
