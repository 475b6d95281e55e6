#include "base/clock.h"

#include <array>

namespace aip::base {

Clock::TimePoint SystemClock::now() const {
    return std::chrono::steady_clock::now();
}

Clock::WallTime SystemClock::wallNow() const {
    return std::chrono::system_clock::now();
}

namespace {

void appendDigits(std::string& out, unsigned number, unsigned digits, char after) {
    std::array<char, 10> text{};
    for (unsigned i = digits; i > 0; --i, number /= 10) {
        text[i - 1] = static_cast<char>('0' + number % 10);
    }
    out.append(text.data(), digits) += after;
}

}  // namespace

/// For each record of the audit: a printf would take most of the time that a record takes.
std::string timestamp(Clock::WallTime time) {
    using namespace std::chrono;
    const auto micros = floor<microseconds>(time);
    const auto day = floor<days>(micros);
    const year_month_day date{day};
    const hh_mm_ss clock{micros - day};
    std::string out;
    out.reserve(36);
    appendDigits(out, static_cast<unsigned>(static_cast<int>(date.year())), 4, '-');
    appendDigits(out, static_cast<unsigned>(date.month()), 2, '-');
    appendDigits(out, static_cast<unsigned>(date.day()), 2, 'T');
    appendDigits(out, static_cast<unsigned>(clock.hours().count()), 2, ':');
    appendDigits(out, static_cast<unsigned>(clock.minutes().count()), 2, ':');
    appendDigits(out, static_cast<unsigned>(clock.seconds().count()), 2, '.');
    appendDigits(out, static_cast<unsigned>(clock.subseconds().count()), 6, '+');
    return out += "00:00";
}

}  // namespace aip::base
