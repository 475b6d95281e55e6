#include "base/ascii.h"
#include "base/json_check.h"
#include "base/json_text.h"
#include "runner/exec_outcome.h"

#include <aip/abi.h>

#include <algorithm>
#include <cstring>
#include <string_view>
#include <utility>

#include <sys/wait.h>

namespace aip::runner {
namespace {

using base::Code;
using hosting::Outcome;

constexpr std::size_t shown = 80;

std::string howItEnded(int status) {
    if (WIFEXITED(status)) {
        return "the program ended with exit code " + std::to_string(WEXITSTATUS(status));
    }
    const char* name = ::sigabbrev_np(WTERMSIG(status));
    return "the program was killed by " +
           (name == nullptr ? "signal " + std::to_string(WTERMSIG(status)) : "SIG" + std::string(name));
}

Code codeOf(int status) {
    const int code = WIFEXITED(status) ? WEXITSTATUS(status) - firstExitCode : 0;
    return code > AIP_OK && code <= AIP_INTERNAL ? static_cast<Code>(code) : Code::internal;
}

Outcome failure(const ExecEnd& end) {
    const std::string_view errors = base::trimmed(end.errors);
    std::string text = base::readable(errors, Outcome::longestError);
    if (text.empty()) {
        text = howItEnded(end.status);
    } else if (WIFSIGNALED(end.status)) {
        text = howItEnded(end.status) + ": " + text;
    }
    return Outcome::failure(codeOf(end.status), std::move(text));
}

Outcome success(std::string out) {
    const std::string_view json = base::trimmed(out);
    if (json.empty()) {
        return Outcome::success("null");
    }
    if (const auto valid = base::checkJson(json); !valid) {
        return Outcome::failure(Code::internal, "the program's output is not a result (" + valid.error().text() +
                                                    "): it begins with '" + base::readable(json, shown) + "'");
    }
    if (json.size() < out.size()) {
        out = std::string(json);
    }
    return Outcome::success(std::move(out));
}

}  // namespace

Outcome outcomeOf(ExecEnd end, const hosting::Call& call) {
    if (!end.overrun.empty()) {
        return Outcome::failure(Code::exhausted, std::move(end.overrun));
    }
    if (WIFEXITED(end.status) && WEXITSTATUS(end.status) == 0) {
        return success(std::move(end.out));
    }
    return call.cancelled() ? call.cancelOutcome() : failure(end);
}

}  // namespace aip::runner
