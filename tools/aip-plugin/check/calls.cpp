#include "base/json_text.h"
#include "generate/value_generator.h"
#include "schema/schema.h"
#include "stages.h"
#include "timings.h"

#include <deque>
#include <optional>

namespace aip::tool {
namespace {

using admission::ToolManifest;

constexpr int fallsAllowed = 3;                     ///< crashes or hangs of one tool before it is left alone
constexpr std::chrono::milliseconds startTime{50};  ///< a call is inside the tool by then

enum class Input { valid, violating };

std::optional<std::string> next(ValueGenerator& generator, Input input) {
    return input == Input::valid ? generator.valid() : generator.violating();
}

/// Does the result fit the tool's output_schema? A result that is not an object is described in a wrapper.
class ResultCheck {
  public:
    explicit ResultCheck(const ToolManifest& tool)
        : _wrapped(tool.outputSchema.find("\"x-fastmcp-wrap-result\":true") != std::string::npos) {
        if (auto schema = schema::Schema::compile(tool.outputSchema); schema && tool.outputSchema != "null") {
            _schema = *std::move(schema);
        }
    }

    std::string mismatch(const std::string& json) const {
        const auto checked = !_schema   ? base::Result<void>()
                             : _wrapped ? _schema->check("{\"result\":" + json + "}")
                                        : _schema->check(json);
        return checked ? "" : checked.error().text();
    }

  private:
    bool _wrapped;
    std::optional<schema::Schema> _schema;
};

/// Calls one tool repeatedly and counts what happens.
class Exercise {
  public:
    Exercise(Subject& subject, Section& section, const ToolManifest& tool, Input input, const char* step)
        : _subject(subject), _section(section), _tool(tool), _input(input), _step(step), _results(tool) {}

    void run() {
        auto generator = ValueGenerator::make(_tool.inputSchema, _subject.options().seed);
        const auto begin = Subject::Clock::now();
        const auto end = _subject.toolDeadline();
        const std::size_t wanted = _subject.options().calls;
        int falls = 0;
        while (generator && calls < wanted && falls < fallsAllowed && Subject::Clock::now() < end) {
            const auto input = next(*generator, _input);
            if (!input) {
                break;
            }
            falls += once(*input) ? 0 : 1;
        }
        report(wanted, falls, Subject::Clock::now() - begin);
    }

    std::size_t calls = 0;
    std::size_t successes = 0;
    Timings timings;

    /// "greet: 987 of 1000 calls succeeded", and why the last one did not.
    std::string tally() const {
        return _tool.name + ": " + std::to_string(successes) + " of " + std::to_string(calls) + " calls succeeded" +
               (_failure.empty() ? "" : "; else " + base::excerpt(_failure, 100));
    }

  private:
    bool once(const std::string& input) {
        if (calls % 64 == 0) {
            _subject.say(std::string(_step) + ": " + _tool.name + " " + std::to_string(calls));
        }
        ++calls;
        const Reply reply = _subject.caller().call(_tool, input);
        timings.add(reply.took);
        successes += reply.outcome.ok() ? 1 : 0;
        _failure = reply.outcome.ok() ? _failure : reply.outcome.error;
        if (reply.outcome.ok() && _input == Input::valid) {
            if (const auto mismatch = _results.mismatch(reply.outcome.json); !mismatch.empty()) {
                addOnce(_section, "result-unlike-schema", _tool.name,
                        mismatch + "; the result " + base::excerpt(reply.outcome.json, 100));
            }
        }
        return _subject.judge(_section, _tool, reply, input) && !reply.abandoned;
    }

    void report(std::size_t wanted, int falls, std::chrono::nanoseconds took) {
        if (calls == 0) {
            if (_input == Input::valid) {
                addOnce(_section, "no-valid-input", _tool.name, "nothing was made up that its schema takes");
            }
        } else if (calls < wanted && falls == 0) {
            addOnce(_section, "call-limit", _tool.name,
                    std::to_string(calls) + " of " + std::to_string(wanted) + " calls within " + shown(took));
        }
    }

    Subject& _subject;
    Section& _section;
    const ToolManifest& _tool;
    Input _input;
    const char* _step;
    ResultCheck _results;
    std::string _failure;
};

/// Nothing that was not called, or that never succeeded, is known to work. `vain`: the tools that never did.
void judgeSuccess(Section& section, std::size_t calls, std::size_t successes, const std::vector<std::string>& vain) {
    if (calls == 0) {
        section.found("nothing-called", "no tool was called");
    } else if (successes > 0) {
        for (const auto& tool : vain) {
            section.found("tool-unproven", tool + ": no call of it succeeded");
        }
    } else if (std::ranges::find(section.findings, "crash", &Finding::code) == section.findings.end()) {
        section.found("nothing-succeeded", "none of " + std::to_string(calls) + " calls succeeded");
    }
}

Section exerciseAll(Subject& subject, Input input, const char* step) {
    Section section;
    std::size_t calls = 0;
    std::size_t successes = 0;
    std::vector<std::string> vain;
    std::string slowest;
    std::chrono::nanoseconds most{};
    for (const auto& tool : subject.tools()) {
        Exercise exercise(subject, section, tool, input, step);
        exercise.run();
        calls += exercise.calls;
        successes += exercise.successes;
        if (input == Input::valid) {
            section.details.push_back(exercise.tally());
        }
        if (exercise.calls > 0 && exercise.successes == 0) {
            vain.push_back(tool.name);
        }
        if (exercise.timings.quantile(0.99) > most) {
            most = exercise.timings.quantile(0.99);
            slowest = "; p99 " + shown(most) + " (" + tool.name + ")";
        }
    }
    if (input == Input::valid && subject.isToBeCalled()) {
        judgeSuccess(section, calls, successes, vain);
    }
    section.summary =
        std::to_string(calls) + " calls of " + std::to_string(subject.tools().size()) + " tools" + slowest;
    return section;
}

/// A few inputs for each tool, used over and over.
std::vector<std::pair<ToolManifest, std::string>> samples(const Subject& subject, std::size_t perTool) {
    std::vector<std::pair<ToolManifest, std::string>> all;
    for (std::size_t i = 0; i < perTool; ++i) {
        for (const auto& tool : subject.tools()) {
            auto generator = ValueGenerator::make(tool.inputSchema, subject.options().seed + i);
            if (const auto input = generator ? generator->valid() : std::nullopt) {
                all.emplace_back(tool, *input);
            }
        }
    }
    return all;
}

/// The reply to a call that was cancelled; nothing if the tool answered before that.
std::optional<Reply> cancelOnce(Subject& subject, const ToolManifest& tool, const std::string& input) {
    const auto pending = subject.caller().begin(tool, input);
    if (subject.caller().endsWithin(*pending, startTime)) {
        static_cast<void>(subject.caller().wait(*pending));
        return std::nullopt;
    }
    subject.caller().cancel(*pending, base::Code::cancelled, "cancelled by the check");
    return subject.caller().wait(*pending);
}

/// The longest time from cancel to return; nothing if no call was cancelled.
std::optional<std::chrono::nanoseconds> cancelTool(Subject& subject, const ToolManifest& tool, Section& section) {
    std::optional<std::chrono::nanoseconds> longest;
    auto generator = ValueGenerator::make(tool.inputSchema, subject.options().seed);
    const auto end = subject.toolDeadline();
    for (int i = 0; generator && i < 10 && Subject::Clock::now() < end; ++i) {
        const auto input = generator->valid();
        const auto reply = input ? cancelOnce(subject, tool, *input) : std::nullopt;
        if (!reply) {
            continue;
        }
        longest = std::max(longest.value_or(std::chrono::nanoseconds(0)), reply->cancelled);
        if (!subject.judge(section, tool, *reply, *input) || reply->abandoned) {
            break;
        }
    }
    if (longest && *longest > subject.options().grace / 2 && section.passed()) {
        addOnce(section, "cancel-slow", tool.name, "returned " + shown(*longest) + " after it was cancelled");
    }
    return longest;
}

}  // namespace

Section checkCalls(Subject& subject) {
    subject.strictness(Subject::Strictness::everything);
    Section section = exerciseAll(subject, Input::valid, "calls");
    subject.strictness(Subject::Strictness::rules);
    for (const auto& tool : subject.skipped()) {
        section.found("tool-skipped", tool);
    }
    return section;
}

Section checkBadInput(Subject& subject) {
    subject.strictness(Subject::Strictness::survival);  // the agent would not have let it through: any answer will do
    Section section = exerciseAll(subject, Input::violating, "bad input");
    subject.strictness(Subject::Strictness::rules);
    return section;
}

Section checkConcurrency(Subject& subject) {
    Section section;
    const std::size_t places = subject.plugin().manifest.concurrency;
    const auto inputs = samples(subject, 8);
    if (places < 2 || inputs.empty()) {
        section.summary = "one call at a time, as its manifest says";
        return section;
    }
    const auto end = subject.toolDeadline();
    std::deque<std::pair<std::shared_ptr<PendingCall>, std::size_t>> running;
    std::size_t made = 0;
    bool fell = false;
    while (!fell && (!running.empty() || made < subject.options().calls)) {
        if (running.size() < places && made < subject.options().calls && Subject::Clock::now() < end) {
            const auto& [tool, input] = inputs[made % inputs.size()];
            running.emplace_back(subject.caller().begin(tool, input), made++ % inputs.size());
            continue;
        }
        if (running.empty()) {
            break;
        }
        const auto& [tool, input] = inputs[running.front().second];
        const Reply reply = subject.caller().wait(*running.front().first);
        running.pop_front();
        fell = !subject.judge(section, tool, reply, input);
    }
    for (const auto& [left, input] : running) {
        subject.caller().wait(*left);
    }
    section.summary = std::to_string(made) + " calls, " + std::to_string(places) + " at a time, as its manifest allows";
    return section;
}

Section checkCancel(Subject& subject) {
    Section section;
    std::size_t cancelled = 0;
    std::chrono::nanoseconds longest{};
    for (const auto& tool : subject.tools()) {
        subject.say("cancel: " + tool.name);
        if (const auto latency = cancelTool(subject, tool, section)) {
            ++cancelled;
            longest = std::max(longest, *latency);
        }
    }
    section.summary = cancelled == 0 ? "every tool answers too soon to be cancelled"
                                     : std::to_string(cancelled) + " tools run long enough; the slowest returned " +
                                           shown(longest) + " after its cancel";
    return section;
}

Section checkDeviceInfo(Subject& subject) {
    Section section;
    if (!subject.plugin().manifest.promises("aip.device-info/1")) {
        section.summary = "it does not describe the machine";
        return section;
    }
    const Reply reply = subject.caller().collect();
    static const auto object = schema::Schema::compile(R"({"type":"object"})");
    const auto checked =
        reply.outcome.ok() ? object->check(reply.outcome.json) : base::Error(reply.outcome.code, reply.outcome.error);
    if (!checked) {
        section.found("device-info-invalid", checked.error().text());
    }
    section.summary = "collected within " + shown(reply.took);
    static_cast<void>(subject.revive());
    return section;
}

}  // namespace aip::tool
