#include "admission/exports.h"
#include "base/json_text.h"
#include "generate/value_generator.h"
#include "stages.h"
#include "timings.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <string_view>
#include <vector>

namespace aip::tool {
namespace {

constexpr int rounds = 5;
constexpr std::size_t mostPerRound = 250;
constexpr std::size_t noise = 64UL << 10U;  ///< of the allocator, in a round
constexpr std::size_t bytesPerCall = 32;
constexpr std::size_t manyChildren = 100;  ///< more than a plugin has on purpose

#ifdef AIP_SANITIZED
constexpr bool sanitized = true;  // which keeps freed memory
#else
constexpr bool sanitized = false;
#endif

/// A sanitizer keeps freed memory, be it ours or one that the plugin's process gets.
bool memoryCounts(const CheckOptions& options) {
    const char* preloaded =
        options.environment.find("LD_PRELOAD") == std::string::npos ? nullptr : std::getenv("LD_PRELOAD");
    const std::string_view names = preloaded ? preloaded : "";
    return !sanitized && names.find("asan") == names.npos && names.find("tsan") == names.npos;
}

/// The same calls each time. Returns how many; nothing if the plugin fell over.
std::optional<std::size_t> makeRound(Subject& subject, Section& section) {
    const std::size_t each = std::min(subject.options().calls, mostPerRound);
    std::size_t made = 0;
    for (const auto& tool : subject.tools()) {
        const auto now = Subject::Clock::now();
        const auto end = now + (subject.toolDeadline() - now) / rounds;
        auto generator = ValueGenerator::make(tool.inputSchema, subject.options().seed);
        for (std::size_t i = 0;
             generator && i < each && !subject.timeIsOver() && (i == 0 || Subject::Clock::now() < end); ++i) {
            const auto input = generator->valid();
            if (!input) {
                break;
            }
            ++made;
            if (!subject.judge(section, tool, subject.caller().call(tool, *input), *input)) {
                return std::nullopt;
            }
        }
    }
    return made;
}

/// What grew in each of the last rounds, the first of which only warm up; 0 if it did not grow in one of them.
template <typename Measure>
std::size_t growth(const std::vector<Footprint>& history, Measure measure) {
    std::size_t least = SIZE_MAX;
    for (std::size_t i = history.size() - 3; i < history.size(); ++i) {
        const auto before = measure(history[i - 1]);
        const auto after = measure(history[i]);
        least = std::min(least, after > before ? after - before : 0);
    }
    return least;
}

void judgeGrowth(const std::vector<Footprint>& history, std::size_t calls, bool memoryCounted, Section& section) {
    const auto memory = growth(history, [](const Footprint& f) { return f.memory; });
    const auto files = growth(history, [](const Footprint& f) { return f.descriptors(); });
    const auto threads = growth(history, [](const Footprint& f) { return f.threads; });
    const auto children = growth(history, [](const Footprint& f) { return f.children; });
    if (memoryCounted && memory > std::max(noise, calls * bytesPerCall)) {
        section.found("memory-grows", fmt::format("{} KiB more after every {} calls", memory >> 10U, calls));
    }
    if (files > 0) {
        section.found("descriptors-grow", fmt::format("{} more open after every {} calls", files, calls));
    }
    if (threads > 0) {
        section.found("threads-grow", fmt::format("{} more after every {} calls", threads, calls));
    }
    if (children > 0) {
        section.found("children-grow", fmt::format("{} processes more after every {} calls", children, calls));
    }
}

bool grew(const std::vector<Footprint>& history, std::size_t calls, bool memoryCounted) {
    Section section;
    judgeGrowth(history, calls, memoryCounted, section);
    return !section.findings.empty();
}

/// `calls` of each round.
void judgeRounds(const std::vector<Footprint>& history, std::size_t calls, bool memoryCounted, Section& section) {
    const auto made = history.size() - 1;
    if (made < rounds) {
        section.summary = fmt::format("not looked at: the time was over after {} rounds", made);
        section.found("call-limit", "too few rounds of calls to see what grows: --thorough takes the time");
        return;
    }
    judgeGrowth(history, calls, memoryCounted, section);
    section.summary = fmt::format("{} rounds of {} calls: {} KiB, {} threads, {} descriptors, {} children at the end",
                                  made, calls, history.back().memory >> 10U, history.back().threads,
                                  history.back().descriptors(), history.back().children);
}

/// So many children are a fault without any round that shows how they come.
void judgeChildren(const Footprint& now, Section& section) {
    const auto isTold = [](const Finding& finding) { return finding.code == "children-grow"; };
    if (now.children >= manyChildren && std::ranges::none_of(section.findings, isTold)) {
        section.found("children-grow", fmt::format("{} processes are still there", now.children));
    }
}

/// Files that are open now and were not before.
std::string opened(const Footprint& before, const Footprint& after) {
    std::string text;
    for (const auto& [file, count] : after.files) {
        const auto known = before.files.find(file);
        if (known == before.files.end() || known->second < count) {
            text += (text.empty() ? "" : " ") + file;
        }
    }
    return text;
}

/// One call of each tool with whatever it takes.
void callEach(Subject& subject, Section& section) {
    for (const auto& tool : subject.tools()) {
        if (subject.timeIsOver()) {
            return;
        }
        auto generator = ValueGenerator::make(tool.inputSchema, subject.options().seed);
        if (const auto input = generator ? generator->valid() : std::nullopt) {
            subject.judge(section, tool, subject.caller().call(tool, *input), *input);
        }
    }
}

}  // namespace

Section checkLeaks(Subject& subject) {
    Section section;
    std::vector<Footprint> history{subject.footprint()};
    const bool memoryCounted = memoryCounts(subject.options());
    std::size_t calls = 0;
    for (int round = 1; round <= rounds || (round <= 2 * rounds && grew(history, calls, memoryCounted)); ++round) {
        subject.say(fmt::format("leaks: round {}", round));  // more rounds than that: a heap may be slow to warm up
        const auto made = makeRound(subject, section);
        if (!made) {
            section.summary = "the plugin fell over, see above";
            return section;
        }
        const bool over = subject.timeIsOver();
        if (!over || *made > 0) {
            calls = *made;
            history.push_back(subject.footprint());
        }
        if (over) {
            break;
        }
    }
    judgeRounds(history, calls, memoryCounted, section);
    judgeChildren(subject.footprint(), section);
    return section;
}

Section checkRestart(Subject& subject) {
    Section section;
    section.summary = "stopped and started three times, each tool called";
    for (int i = 0; i < 3; ++i) {
        if (!subject.retire()) {
            section.found("stop-hangs", "did not stop within " + shown(subject.options().grace));
            return section;
        }
        if (const auto started = subject.revive(); !started) {
            section.found("restart-failed", started.error().line());
            return section;
        }
        callEach(subject, section);
    }
    return section;
}

Section checkNeeds(Subject& subject) {
    Section section;
    if (!subject.plugin().manifest.isLibrary()) {
        section.summary = "what it opens and starts is its own: it has a process of its own";
        return section;
    }
    std::string needs;
    const auto image = admission::FileImage::open(subject.plugin().library);
    if (const auto imports = image ? admission::importedSymbols(image->bytes()) : image.error()) {
        for (const auto library : imports->libraries) {
            needs += " " + std::string(library);
        }
    }
    subject.retire();
    if (!subject.revive()) {
        section.found("restart-failed", "it did not start once more");
        return section;
    }
    const auto before = subject.footprint();
    callEach(subject, section);
    const auto after = subject.footprint();
    const std::string files = opened(before, after);
    section.summary = "links" + (needs.empty() ? " nothing" : needs) +
                      (files.empty() ? "; keeps no file open" : "; keeps open " + base::excerpt(files, 200)) +
                      fmt::format("; {} threads in its process", after.threads);
    if (after.children > before.children) {
        section.found("starts-children",
                      std::to_string(after.children - before.children) + " processes are still there");
    }
    return section;
}

}  // namespace aip::tool
