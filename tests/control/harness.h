#pragma once

#include "base/file.h"
#include "base/guarded.h"
#include "control/api.h"
#include "tests/support/execution_harness.h"
#include "tests/support/temporary_folder.h"

#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include <unistd.h>

namespace aip::tests {

/// An agent that writes down what it is told.
struct FakeAgent final : control::Operator {
    base::Result<void> answer;
    base::Result<void> health;
    std::string files = R"({"files":{}})";
    std::string wrong = "[]";
    std::vector<control::Reloaded::Refused> refused;

    std::vector<std::string> told() const {
        return _told.with([](const auto& told) { return told; });
    }
    void hear(const std::string& what) {
        _told.with([&](auto& told) { told.push_back(what); });
    }

    base::Result<void> note(const std::string& what) {
        hear(what);
        return answer;
    }

    std::string status() const override { return R"({"version":"1"})"; }
    std::string findings() const override { return R"({"findings":[]})"; }
    std::string diagnosis() const override { return files; }
    base::Result<void> ready() const override { return answer; }
    base::Result<void> healthy() const override { return health; }
    std::string troubles() const override { return wrong; }
    std::string metrics() const override { return "aip_agent_locked 0"; }
    base::Result<control::Reloaded> reload(const std::function<bool()>& /*gone*/) override {
        const auto done = note("reload");
        return done ? base::Result<control::Reloaded>(control::Reloaded{{"client.id"}, refused}) : done.error();
    }
    base::Result<void> setLogLevel(std::string_view level) override { return note("level " + std::string(level)); }
    base::Result<void> requestTask(std::string text, std::string name) override {
        return note("request " + name + ": " + text);
    }
    void drain() override { hear("drain"); }
    void serveMcp(base::Descriptor in, base::Descriptor out, const control::Peer& /*peer*/,
                  const std::function<bool()>& stopping) override {
        std::string words = "mcp ";
        for (char c = 0; ::read(in.get(), &c, 1) == 1;) {
            words += c;
        }
        hear(words + (stopping() ? ", stops" : ""));
        EXPECT_TRUE(base::writeAll(out, "answer"));
    }
    base::Result<void> restartPlugin(const std::string& id) override { return note("restart " + id); }
    base::Result<void> disablePlugin(const std::string& id) override { return note("disable " + id); }
    base::Result<void> enablePlugin(const std::string& id) override { return note("enable " + id); }
    base::Result<void> revivePlugin(const std::string& id) override { return note("revive " + id); }

  private:
    base::Guarded<std::vector<std::string>> _told;
};

/// The interface over fake plugins. Their calls run on threads of their own.
struct ControlHarness {
    explicit ControlHarness(const Slots& slots = {}, audit::Trail& trail = audit::noTrail())
        : execution(slots, {}, allowAll(), trail) {}

    ExecutionHarness execution;
    TemporaryFolder folder;
    FakeAgent agent;
    execution::PluginManager plugins{{}, execution.timers};
    execution::OperatorLock lock{folder.path(), execution.calls, execution.timers, execution.clock,
                                 [](const std::function<void()>& job) { job(); }};
    control::Api api{{agent, execution.dispatcher, lock, plugins, execution.clock, 1'000}};

    control::Reply ask(const std::string& method, const std::string& path,
                       const std::map<std::string, std::string>& values = {}, const std::string& body = {}) {
        return api.answer({method, path, values, body, {1, 2}}, [] { return false; });
    }
};

}  // namespace aip::tests
