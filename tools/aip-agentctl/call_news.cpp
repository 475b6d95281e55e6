#include "call_news.h"

#include "shown.h"

#include <utility>

namespace aip::agentctl {
namespace {

std::string whatOf(Json call) {
    const std::string session = call["session"].text();
    return call["tool"].text() + " (" + call["door"].text() + (session.empty() ? "" : ", session " + session) + ")";
}

std::string saysOf(Json call) {
    const auto permille = call["permille"].number();
    const std::string text = call["progress"].text();
    return call["state"].text() + (permille ? ", " + std::to_string(*permille / 10) + " %" : "") +
           (text.empty() ? "" : ", " + text);
}

std::string line(std::int64_t id, const std::string& what, const std::string& says) {
    return shown("call " + std::to_string(id) + ": " + what + ": " + says) + '\n';
}

}  // namespace

std::string CallNews::lines(Json calls) {
    std::string out;
    auto gone = std::exchange(_known, {});
    for (const Json call : calls["calls"].items()) {
        const auto id = call["id"].number().value_or(0);
        Known now{whatOf(call), saysOf(call), call["age_ms"].number().value_or(0)};
        const auto before = gone.find(id);
        if (before == gone.end() || before->second.says != now.says) {
            out += line(id, now.what, now.says);
        }
        gone.erase(id);
        _known.emplace(id, std::move(now));
    }
    for (const auto& [id, last] : gone) {
        out += line(id, last.what, "over after about " + duration(last.age));
    }
    return out;
}

}  // namespace aip::agentctl
