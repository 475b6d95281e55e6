#include "runner/exec_host_linux.h"

#include "admission/program_files.h"

#include <array>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace aip::runner {
namespace {

using base::Code;
using hosting::Call;
using hosting::Outcome;

/// Foreign texts: one with a NUL, which an environment cannot hold, is left out as one that is not said.
void tellCaller(const hosting::Caller& caller, std::vector<std::string>& environment) {
    const std::array<std::pair<const char*, std::string_view>, 5> texts{{{"AIP_AGENT=", caller.agent},
                                                                         {"AIP_ROOT=", caller.root},
                                                                         {"AIP_PROCESS=", caller.process},
                                                                         {"AIP_SESSION=", caller.session},
                                                                         {"AIP_TASK=", caller.task}}};
    for (const auto& [name, text] : texts) {
        if (!text.empty() && text.find('\0') == std::string_view::npos) {
            environment.push_back(name + std::string(text));
        }
    }
}

void describe(const Call& call, Supervised::Launch& launch) {
    const Call::Request& request = call.request();
    launch.command.emplace_back(request.tool);
    launch.environment.push_back("AIP_CALL_ID=" + request.id);
    launch.environment.push_back("AIP_TOOL_TYPE=" + std::string(request.toolType));
    launch.environment.push_back("AIP_DEADLINE_MS=" + std::to_string(call.remaining().count()));
    tellCaller(request.caller, launch.environment);
}

}  // namespace

void ExecHost::invoke(std::shared_ptr<Call> call, Keeper keeper, Done done) {
    Outcome outcome = call->request().kind == Call::Kind::execute
                          ? run(call)
                          : Outcome::failure(Code::unsupported, "a program tells nothing about the device");
    if (outcome.ok() && keeper && keeper({outcome.json})) {
        outcome.json.clear();
    }
    done(std::move(outcome));
}

Outcome ExecHost::run(const std::shared_ptr<Call>& call) {
    const auto checked = admission::checkProgramFiles(_setting.folder(), _program, admission::Owners::any);
    if (!checked) {
        return Outcome::failure(Code::denied, checked.error().line());
    }
    Supervised::Launch launch = _setting.launch(_program.command);
    describe(*call, launch);
    ExecCall running(call, _maxResultSize, _keepers);
    const std::string& id = call->request().id;
    _running.with([&](auto& all) { all[id] = &running; });
    Outcome outcome = call->cancelled() ? call->cancelOutcome() : running.run(std::move(launch));
    _running.with([&](auto& all) { all.erase(id); });
    return outcome;
}

void ExecHost::cancel(std::string_view callId) {
    _running.with([&](const auto& all) {
        if (const auto found = all.find(callId); found != all.end()) {
            found->second->wake();
        }
    });
}

}  // namespace aip::runner
