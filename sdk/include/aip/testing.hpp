// aip/testing.hpp - run the tools of a plugin from a test, without an agent. C++20, header only; sdk/README.md shows
// it.
//
//     aip::testing::Plugin<Hello> plugin({{"greeting", "Hi"}});
//     EXPECT_EQ(plugin.call<std::string>("greet", {{"name", "Ann"}}), "Hi Ann");
//
// Everything goes through the plugin's own C tables, as in the agent: what is tested is what runs. Two things of the
// agent are not here: it checks parameters and settings against the whole JSON Schema (min, max, pattern, ...) before
// the plugin sees them, the types alone are checked here; and it would run the plugin in a process of its own. Both are
// what `aip-plugin check` is for.
#pragma once

#include "detail/instance.hpp"
#include "detail/testing/answer.hpp"
#include "detail/testing/call_state.hpp"
#include "detail/testing/fake_agent.hpp"
#include "detail/testing/subject.hpp"

#include <atomic>
#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#ifndef AIP_PLUGIN_ID
#define AIP_PLUGIN_ID "plugin-under-test"
#endif
#ifndef AIP_PLUGIN_VERSION
#define AIP_PLUGIN_VERSION "0.0.0"
#endif

namespace aip::testing {

/// How a plugin is run. A call is cancelled when `limit` is over, and given up, which is DEADLINE, when the tool has
/// not returned `grace` later.
struct Options {
    std::chrono::milliseconds limit = std::chrono::minutes(1);
    std::chrono::milliseconds grace = std::chrono::seconds(5);
    bool takesFiles = true;  ///< false: as an agent with transfer.send off
    std::string agent{};     ///< what aip::Call::agent() says; the next two likewise
    std::string root{};
    std::string process{};
};

/// A call under way on a thread of its own. wait() once; the destructor cancels and waits if that was not done.
class Running {
  public:
    Running(std::shared_ptr<detail::Subject> subject, detail::Command command, std::string id, const Options& options,
            detail::Caller caller)
        : _subject(std::move(subject)),
          _call(std::make_shared<detail::CallState>(std::move(id), detail::Clock::now() + options.limit,
                                                    std::move(caller))),
          _grace(options.grace) {
        _subject->enter();
        _thread = std::thread(
            [subject = _subject, call = _call, command = std::move(command)] { subject->run(*call, command); });
    }
    Running(Running&&) = default;
    Running& operator=(Running&&) = delete;
    ~Running() {
        if (_thread.joinable()) {
            cancel();
            wait();
        }
    }

    /// Blocks until the tool has reported progress `count` times. False if it ended, or its time was over, before.
    bool awaitProgress(std::size_t count = 1) const { return _call->awaitProgress(count, _call->deadline()); }

    /// As the server, or an agent that stops, would do it.
    void cancel() { _subject->cancel(*_call); }

    /// Blocks until the tool has returned or is abandoned.
    Answer wait() {
        if (!_call->awaitDone(_call->deadline())) {
            cancel();
            if (!_call->awaitDone(detail::Clock::now() + _grace)) {
                return abandoned();
            }
        }
        if (_thread.joinable()) {
            _thread.join();
        }
        return _call->answer();
    }

  private:
    Answer abandoned() {
        if (_thread.joinable()) {
            _thread.detach();
        }
        Answer answer = _call->answer();
        answer.status = AIP_DEADLINE;
        answer.json.clear();
        answer.error = "did not return within " + std::to_string(_grace.count()) + " ms of being cancelled";
        return answer;
    }

    std::shared_ptr<detail::Subject> _subject;
    std::shared_ptr<detail::CallState> _call;
    std::chrono::milliseconds _grace;
    std::thread _thread;
};

namespace detail {

template <typename T>
struct EntryOf {
    static const aip_plugin_entry entry;
};
template <typename T>
const aip_plugin_entry EntryOf<T>::entry{sizeof(aip_plugin_entry),
                                         AIP_ABI_MAJOR,
                                         AIP_ABI_MINOR,
                                         AIP_ABI_MINOR_REQUIRED,
                                         AIP_PLUGIN_ID,
                                         AIP_PLUGIN_VERSION,
                                         &aip::detail::Instance<T, EntryOf<T>::entry>::create};

template <typename T>
const aip_plugin_entry& entryOf() {
    if constexpr (std::is_void_v<T>) {
        return aip_plugin_entry_v1;
    } else {
        return EntryOf<T>::entry;
    }
}

}  // namespace detail

/// A plugin, created and started. Plugin<Hello> is that of the class Hello; Plugin<> is the one whose sources are part
/// of the test program (aip_add_plugin_test), in whatever language. One at a time of those written with plugin.hpp:
/// they know one agent per process.
///
/// Whatever goes wrong with the plugin itself (create, start) is thrown as aip::Error with the text that an operator
/// would read. Any thread may make calls, at most the plugin's `concurrency` at once: one more is an Error, STATE.
template <typename T = void>
class Plugin {
  public:
    explicit Plugin(const Parameters& settings = {}, Options options = {})
        : _options(options), _subject(std::make_shared<detail::Subject>(detail::entryOf<T>(), options.takesFiles)) {
        _subject->start(settings.text());
    }
    Plugin(const Plugin&) = delete;
    Plugin& operator=(const Plugin&) = delete;

    /// Calls a tool and returns its result as an R; what fails is thrown as aip::Error with its code and text.
    template <typename R = void>
    R call(std::string_view tool, const Parameters& parameters = {}) {
        return run(tool, parameters).template as<R>();
    }

    /// Calls a tool. `tool` is its name, or "data_collection::name" where both types have one.
    Answer run(std::string_view tool, const Parameters& parameters = {}) { return begin(tool, parameters).wait(); }

    /// The same, without waiting for it.
    Running begin(std::string_view tool, const Parameters& parameters = {}) {
        const auto colon = tool.find("::");
        const bool typed = colon != std::string_view::npos;
        const std::string type = typed ? std::string(tool.substr(0, colon)) : _subject->typeOf(tool);
        return launch({type, std::string(tool.substr(typed ? colon + 2 : 0)), parameters.text()});
    }

    /// What the plugin says of the machine (aip.device-info/1).
    Answer deviceInfo() { return launch({}).wait(); }

    /// A task of the server begins: the plugin hears of it, and calls belong to it from now on, until endTask(). One of
    /// the plugin's places must be free, and one thread makes these calls.
    void beginTask(std::string name, std::string session = "test-session") {
        _session = std::move(session);
        _task = std::move(name);
        _subject->tellTask(true, _session, _task);
    }
    void endTask() { _subject->tellTask(false, std::exchange(_session, {}), std::exchange(_task, {})); }

    /// No call may run.
    void stop() { _subject->stop(); }
    void start(const Parameters& settings) {
        stop();
        _subject->start(settings.text());
    }

    /// plugin.json without "library" and "sha256"; empty if the plugin does not describe itself.
    const std::string& manifest() const { return _subject->manifest(); }

    /// The folder that is its AIP_HOST_STATE_DIR, the plugin's own: it is removed with the plugin.
    const std::string& stateDir() const { return _subject->agent().stateDir(); }

    /// What it has logged so far.
    std::vector<LogLine> log() const { return _subject->agent().log(); }

  private:
    Running launch(detail::Command command) {
        return {_subject,
                std::move(command),
                "test-" + std::to_string(++_calls),
                _options,
                {_options.agent, _options.root, _options.process, _session, _task}};
    }

    const Options _options;
    std::shared_ptr<detail::Subject> _subject;
    std::atomic<std::uint64_t> _calls = 0;
    std::string _session;
    std::string _task;
};

}  // namespace aip::testing
