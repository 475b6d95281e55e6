#include "rules.h"

#include "arguments.h"
#include "refused.h"
#include "rule.h"

#include <algorithm>
#include <cctype>

namespace aip::shell {

namespace {

std::string joined(const std::vector<std::string>& names) {
    std::string text;
    for (const auto& name : names) {
        text += (text.empty() ? "" : ", ") + name;
    }
    return text;
}

RuleOptions withoutFaults(RuleOptions options) {
    if (const auto faults = faultsIn(options); !faults.empty()) {
        throw Refused(joinedFaults(faults));
    }
    return options;
}

}  // namespace

std::string joinedFaults(const std::vector<std::string>& faults) {
    std::string text;
    for (const auto& fault : faults) {
        text += (text.empty() ? "" : "; ") + fault;
    }
    return text;
}

std::vector<std::string> faultsIn(const RuleOptions& options) {
    std::vector<std::string> faults;
    for (const auto& program : options.programs) {
        const auto* rule = findRule(program);
        if (rule == nullptr) {
            faults.push_back("setting 'allowed_programs': there is no rule for the program '" + program + "'");
        } else if (rule->network && !options.network) {
            faults.push_back("setting 'allowed_programs': '" + program +
                             "' sends what it is given over the network, which is not enabled: set 'network'");
        }
    }
    for (const auto& pattern : options.denied) {
        if (auto fault = faultOfPattern(pattern); !fault.empty()) {
            faults.push_back(std::move(fault));
        }
    }
    return faults;
}

Rules::Rules(RuleOptions options)
    : _options(withoutFaults(std::move(options))), _denied(_options.denied, _options.own) {}

bool Rules::allowed(std::string_view program) const {
    const auto* rule = findRule(program);
    return rule != nullptr && (!rule->network || _options.network) &&
           (_options.programs.empty() || std::ranges::find(_options.programs, program) != _options.programs.end());
}

std::vector<std::string> Rules::programs() const {
    std::vector<std::string> names;
    for (const auto& rule : rules()) {
        if (allowed(rule.program)) {
            names.emplace_back(rule.program);
        }
    }
    return names;
}

std::vector<std::string> Rules::check(const std::vector<std::string>& words, const ResolvedPath& directory) const {
    if (words.empty()) {
        throw Refused("The command is empty.");
    }
    if (!allowed(words.front())) {
        throw Refused("The program '" + words.front() +
                      "' is not allowed. By name, without a path, these are: " + joined(programs()) + ".");
    }
    const Paths paths(_denied, directory);
    return Arguments(*findRule(words.front()), paths).check({words.begin() + 1, words.end()});
}

}  // namespace aip::shell
