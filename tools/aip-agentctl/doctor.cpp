#include "doctor.h"

#include "agent_program.h"
#include "answers.h"
#include "base/json_members.h"
#include "json.h"

#include <algorithm>
#include <chrono>
#include <utility>

namespace aip::agentctl {
namespace {

using base::Code;
using base::Error;
using base::Result;

/// The agent looks at files for 5 s at most, and asks its session.
constexpr std::chrono::seconds limit{30};
constexpr std::size_t deepest = 64;

/// {"files":{"NAME":"TEXT"}}
Result<std::map<std::string, std::string>> filesIn(const std::string& json) {
    const auto document = Document::parse(json);
    if (!document) {
        return document.error();
    }
    const std::string written = document->root()["files"].raw();
    const auto members = base::jsonMembers(written, deepest);
    if (!members) {
        return members.error();
    }
    std::map<std::string, std::string> files;
    for (const auto& [name, value] : *members) {
        files[name] = document->root()["files"][name].text();
    }
    return files;
}

}  // namespace

Result<std::string> Doctor::ofTheAgent(const std::string& path) const {
    auto answer = _agent.ask({.path = path}, limit);
    if (!answer) {
        return std::move(answer).error();
    }
    return answer->good() ? Result<std::string>(std::move(answer->body))
                          : Result<std::string>(Error(Code::exhausted, whyNot(*answer)));
}

Result<std::string> Doctor::ofTheProgram(std::vector<std::string> arguments) const {
    arguments.insert(arguments.end(), _settings.begin(), _settings.end());
    auto end = runAgent(arguments);
    if (!end) {
        return std::move(end).error();
    }
    end->output.erase(end->output.find_last_not_of('\n') + 1);
    const bool answered = end->output.starts_with('{');
    return answered ? Result<std::string>(std::move(end->output))
                    : Result<std::string>(Error(Code::internal, "aip-agent ends with exit code " +
                                                                    std::to_string(end->code) + " and no answer"));
}

Result<std::string> Doctor::findings() {
    auto found = ofTheAgent("/v1/findings");
    _alone = !found && found.error().code() == Code::unavailable;
    if (_alone) {
        found = ofTheProgram({"--check", "--connect", "--json"});
    }
    if (found) {
        _findings = *found;
    }
    return found;
}

Result<std::map<std::string, std::string>> Doctor::files() {
    const auto json = _alone ? ofTheProgram({"--diagnosis"}) : ofTheAgent("/v1/diagnosis");
    if (!json) {
        return json.error();
    }
    auto files = filesIn(*json);
    if (files && _alone) {
        (*files)["findings.json"] = _findings;
    }
    return files;
}

}  // namespace aip::agentctl
