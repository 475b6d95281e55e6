#pragma once

#include "check/subject.h"

#include <span>
#include <vector>

namespace aip::tool {

/// One step of the check.
struct Stage {
    const char* name;
    bool fatal;  ///< what follows makes no sense without it
    Section (*run)(Subject& subject);
};

/// In their order.
std::span<const Stage> stages();

/// The files; no code of the plugin runs in this process.
Section checkManifest(Subject& subject);
Section checkSymbols(Subject& subject);
/// Before there are threads.
Section checkProcess(Subject& subject);
Section checkStart(Subject& subject);

Section checkCalls(Subject& subject);
Section checkBadInput(Subject& subject);
Section checkConcurrency(Subject& subject);
Section checkCancel(Subject& subject);
Section checkDeviceInfo(Subject& subject);

Section checkLeaks(Subject& subject);
Section checkRestart(Subject& subject);
Section checkNeeds(Subject& subject);

/// Runs all stages, or those of CheckOptions::quick; a failed fatal stage is the last one.
Scorecard check(Subject& subject);

}  // namespace aip::tool
