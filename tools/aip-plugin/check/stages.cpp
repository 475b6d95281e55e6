#include "stages.h"

#include <utility>

namespace aip::tool {

std::span<const Stage> stages() {
    static constexpr Stage all[] = {
        {"manifest", false, &checkManifest},      {"symbols", true, &checkSymbols},
        {"process", false, &checkProcess},        {"start", true, &checkStart},
        {"device info", false, &checkDeviceInfo}, {"calls", false, &checkCalls},
        {"bad input", false, &checkBadInput},     {"concurrency", false, &checkConcurrency},
        {"cancel", false, &checkCancel},          {"leaks", false, &checkLeaks},
        {"restart", false, &checkRestart},        {"needs", false, &checkNeeds},
    };
    return all;
}

Scorecard check(Subject& subject) {
    Scorecard card{subject.plugin().manifest.id, subject.plugin().manifest.version, {}};
    for (const auto& stage : stages()) {
        subject.say(stage.name);
        Section section = stage.run(subject);
        section.name = stage.name;
        card.sections.push_back(std::move(section));
        const bool last = subject.options().quick && stage.run == &checkSymbols;
        if (last || (stage.fatal && !card.sections.back().passed())) {
            break;
        }
    }
    return card;
}

}  // namespace aip::tool
