#pragma once

#include "admission/manifest.h"
#include "plugins/make_slot.h"
#include "plugins/slot.h"
#include "plugins/slot_settings.h"
#include "tests/support/temporary_folder.h"

#include <condition_variable>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace aip::tests {

using tests::readFile;
using tests::TemporaryFolder;
using tests::writeFile;

/// Copies the test plugin `name` to `directory`/`name`, the folder with safe permissions. Returns that folder.
std::filesystem::path installPlugin(const std::string& name, const std::filesystem::path& directory);

/// Replaces `from`, which must be there, in the plugin.json of `folder`.
void editManifest(const std::filesystem::path& folder, std::string_view from, std::string_view to);

/// Waits until other threads have made a predicate true. Only a failing test reaches the limit.
class Monitor {
  public:
    void change(const std::function<void()>& action);
    bool wait(const std::function<bool()>& predicate) const;

  private:
    mutable std::mutex _mutex;
    mutable std::condition_variable _changed;
};

/// A call that stores its outcome.
class TestCall {
  public:
    explicit TestCall(std::string tool, std::string parameters = "{}", std::function<void()> then = {},
                      hosting::Caller caller = {});

    const std::shared_ptr<hosting::Call>& call() const { return _call; }
    bool finished() const;
    /// Blocks until it is finished.
    hosting::Outcome outcome() const;
    /// The outcome in one line: the JSON, or "CODE: error".
    std::string text() const;
    std::string progress() const;

  private:
    struct State {
        Monitor monitor;
        std::string tool;
        std::string parameters;
        std::optional<hosting::Outcome> outcome;
        std::string progress;
        int finishes = 0;
    };
    std::shared_ptr<State> _state = std::make_shared<State>();
    std::shared_ptr<hosting::Call> _call;
};

/// Collects the lines that plugins log.
class LogBook {
  public:
    hosting::LogSink sink() const;
    bool waitFor(const std::string& line) const;
    std::vector<std::string> lines() const;
    std::size_t count(std::string_view prefix) const;

  private:
    struct State {
        Monitor monitor;
        std::vector<std::string> lines;
    };
    std::shared_ptr<State> _state = std::make_shared<State>();
};

/// A test plugin in a slot of its own.
struct SlotFixture {
    SlotFixture(const std::string& plugin, plugins::SlotSettings settings, plugins::SlotWiring wiring = {});

    TestCall run(std::string tool, std::string parameters = "{}");

    TemporaryFolder directory;
    LogBook log;
    std::shared_ptr<plugins::Slot> slot;
};

/// Settings for a slot with that isolation, and the runner of this build.
plugins::SlotSettings isolated(plugins::Isolation isolation);

/// "Process", "InProcess", "PerCall": the names of parameterised tests.
std::string nameOf(plugins::Isolation isolation);

}  // namespace aip::tests
