#pragma once

#include "check/bench.h"

#include <span>
#include <vector>

namespace aip::tool {

/// One step of the check.
struct Stage {
    const char* name;
    bool fatal;  ///< what follows makes no sense without it
    Section (*run)(Bench& bench);
};

/// In their order.
std::span<const Stage> stages();

/// What has to do with the files; no code of the plugin runs in this process.
Section checkManifest(Bench& bench);
Section checkSymbols(Bench& bench);
Section checkStart(Bench& bench);

Section checkCalls(Bench& bench);
Section checkBadInput(Bench& bench);
Section checkConcurrency(Bench& bench);
Section checkCancel(Bench& bench);
Section checkDeviceInfo(Bench& bench);

Section checkLeaks(Bench& bench);
Section checkRestart(Bench& bench);
Section checkNeeds(Bench& bench);

/// Runs all; a plugin that does not get past a fatal stage is not asked for more.
Scorecard check(Bench& bench);

}  // namespace aip::tool
