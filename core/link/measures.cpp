#include "link/measures.h"

#include <algorithm>
#include <array>
#include <utility>

namespace aip::link {
namespace {

constexpr std::array<std::pair<Measure, std::string_view>, 7> named{{{Measure::userNamespace, "user_namespace"},
                                                                     {Measure::pidNamespace, "pid_namespace"},
                                                                     {Measure::ipcNamespace, "ipc_namespace"},
                                                                     {Measure::ownUser, "own_user"},
                                                                     {Measure::noNewPrivileges, "no_new_privs"},
                                                                     {Measure::signalScope, "signal_scope"},
                                                                     {Measure::undumpable, "undumpable"}}};

}  // namespace

std::vector<std::string_view> Measures::names() const {
    std::vector<std::string_view> found;
    for (const auto& [measure, name] : named) {
        if (has(measure)) {
            found.push_back(name);
        }
    }
    return found;
}

std::string Measures::text() const {
    std::string line;
    for (const auto name : names()) {
        line.append(line.empty() ? "" : ", ").append(name);
    }
    return line;
}

std::optional<Measure> measureNamed(std::string_view name) {
    const auto* const found =
        std::find_if(named.begin(), named.end(), [&](const auto& each) { return each.second == name; });
    return found == named.end() ? std::nullopt : std::optional(found->first);
}

}  // namespace aip::link
