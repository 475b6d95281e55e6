#include "tests/net/random_plan.h"

namespace aip::tests {
namespace {

std::string place(const char* what, std::size_t where) {
    return where == nowhere ? "" : std::string(" ") + what + "@" + std::to_string(where);
}

std::string describe(const Way& way) {
    std::string text = place("cut", way.cutAt) + place("stall", way.stallAt) + place("corrupt", way.corruptAt);
    text += way.delay.count() > 0 ? " delay " + std::to_string(way.delay.count()) : "";
    return text + (way.bytewise ? " bytewise" : "") + (way.hidesEnd ? " hidesEnd" : "");
}

}  // namespace

std::size_t RandomPlan::below(std::size_t below) {
    return std::uniform_int_distribution<std::size_t>(0, below - 1)(_random);
}

Plan RandomPlan::opening() {
    switch (below(12)) {
        case 0:
            return {.entry = Plan::Entry::silent};
        case 1:
            return {.entry = Plan::Entry::reset};
        case 2:
            return {.entry = Plan::Entry::refused, .refusal = std::chrono::milliseconds(below(30))};
        case 3:
            return {};
        default:
            return plan(1'000);
    }
}

Plan RandomPlan::strike() {
    return plan(below(2) == 0 ? 1'000 : 50'000);
}

Plan RandomPlan::plan(std::size_t places) {
    Plan plan{.cutsByReset = below(2) == 0};
    if (const std::size_t ways = 1 + below(3); ways == 3) {
        plan.toServer = way(places);
        plan.toClient = way(places);
    } else {
        (ways == 1 ? plan.toServer : plan.toClient) = way(places);
    }
    return plan;
}

Way RandomPlan::way(std::size_t places) {
    switch (below(8)) {
        case 0:
        case 1:
            return {.cutAt = below(places)};
        case 2:
            return {.stallAt = below(places)};
        case 3:
            return {.corruptAt = below(places)};
        case 4:
            return {.delay = std::chrono::milliseconds(1 + below(20))};
        case 5:
            return {.bytewise = true};
        case 6:
            return {.cutAt = below(places), .hidesEnd = true};
        default:
            return {.cutAt = below(places), .delay = std::chrono::milliseconds(below(5)), .bytewise = true};
    }
}

std::string describe(const Plan& plan) {
    static constexpr const char* entries[] = {"passed", "refused", "silent", "reset"};
    return std::string(entries[static_cast<std::size_t>(plan.entry)]) + "; to the server:" + describe(plan.toServer) +
           "; to the device:" + describe(plan.toClient) + (plan.cutsByReset ? "; by reset" : "");
}

}  // namespace aip::tests
