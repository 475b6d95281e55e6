#include "runner/crash_mark.h"

#include "runner/signal_stack_linux.h"

#include <array>

namespace aip::runner {
namespace {

constexpr std::size_t mostPlaces = 128;
constexpr std::size_t longestName = 200;

std::array<CrashMark::Place, mostPlaces> places;
constinit thread_local CrashMark::Place* latest = nullptr;

CrashMark::Place* takePlace() {
    for (CrashMark::Place& place : places) {
        if (!place.taken.exchange(true)) {
            return &place;
        }
    }
    return nullptr;
}

}  // namespace

CrashMark::CrashMark(std::string_view phase) : _place(takePlace()), _before(latest) {
    if (_place != nullptr) {
        _place->text.clear();
        _place->text.add(phase);
    }
    begin();
}

CrashMark::CrashMark(std::string_view tool, std::string_view callId) : _place(takePlace()), _before(latest) {
    if (_place != nullptr) {
        _place->text.clear();
        if (tool.empty()) {
            _place->text.add("device information");
        } else {
            _place->text.add("tool '").add(tool.substr(0, longestName)).add("'");
        }
        _place->text.add(", call ").add(callId.substr(0, longestName));
    }
    begin();
}

void CrashMark::begin() {
    giveSignalStack();
    latest = _place;
}

CrashMark::~CrashMark() {
    latest = _before;
    if (_place != nullptr) {
        _place->taken = false;
    }
}

std::string_view markOfThisThread() {
    return latest == nullptr ? std::string_view() : latest->text.view();
}

void eachMark(void (*visit)(std::string_view text, void* context), void* context) {
    for (const CrashMark::Place& place : places) {
        if (place.taken) {
            visit(place.text.view(), context);
        }
    }
}

}  // namespace aip::runner
