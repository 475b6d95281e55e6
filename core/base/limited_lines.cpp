#include "base/limited_lines.h"

#include <chrono>
#include <utility>

namespace aip::base::log {
namespace {

LimitedLines*& inForce() {
    thread_local LimitedLines* lines = nullptr;
    return lines;
}

}  // namespace

LimitedLines::Scope::Scope(LimitedLines& lines) : _outer(std::exchange(inForce(), &lines)) {}

LimitedLines::Scope::~Scope() {
    inForce() = _outer;
}

LimitedLines* LimitedLines::current() {
    return inForce();
}

LineVerdict LimitedLines::judge(std::string_view line) {
    return _limit.with([line](LineLimit& limit) { return limit.judge(std::chrono::steady_clock::now(), line); });
}

}  // namespace aip::base::log
