#include "runner/tool_session.h"

#include "base/json_text.h"
#include "runner/result_file.h"

#include <aip/abi.h>

#include <algorithm>
#include <utility>
#include <variant>

namespace aip::runner {
namespace {

using base::Code;
using hosting::Outcome;
using hosting::Refusal;
namespace reason = hosting::reason;

constexpr std::uint64_t shownEach = 5;  ///< lines that are shown one by one; then one of ten, of a hundred, ...
constexpr std::chrono::seconds deafness{30};

/// 1, 2, 3, 4, 5, 10, 100, 1000, ...
bool isShown(std::uint64_t count) {
    std::uint64_t power = 1;
    while (power * 10 <= count) {
        power *= 10;
    }
    return count <= shownEach || count == power;
}

std::string counted(const std::string& what, std::uint64_t count) {
    return count <= shownEach ? what : what + "; " + std::to_string(count) + " of these so far";
}

std::string secondsOf(std::chrono::milliseconds time) {
    const bool whole = time.count() % 1000 == 0;
    return whole ? std::to_string(time.count() / 1000) + " s" : std::to_string(time.count()) + " ms";
}

std::vector<std::pair<std::string_view, std::string_view>> aboutCaller(const hosting::Caller& caller) {
    std::vector<std::pair<std::string_view, std::string_view>> texts{{"aip/agent", caller.agent},
                                                                     {"aip/root", caller.root},
                                                                     {"aip/process", caller.process},
                                                                     {"aip/session", caller.session},
                                                                     {"aip/task", caller.task}};
    std::erase_if(texts, [](const auto& text) { return text.second.empty(); });
    return texts;
}

}  // namespace

ToolSession::Effects ToolSession::open() {
    Effects effects;
    effects.send.push_back(_client.open());
    return effects;
}

ToolSession::Effects ToolSession::take(std::string_view message, TimePoint now) {
    Effects effects;
    const auto noise = _noise;
    carry(_client.take(message, effects.send), effects, now);
    if (_noise == noise) {
        _hangs.heard();
    }
    return effects;
}

ToolSession::Effects ToolSession::lost(mcp::RequestId request, std::string_view why, TimePoint now) {
    Effects effects;
    if (_running.contains(request)) {
        _client.lost(request, why, effects.send);
        end(request, {{}, Outcome::failure(Code::unavailable, shown(std::string(why)))}, effects);
    } else {
        carry(_client.lost(request, why, effects.send), effects, now);
    }
    return effects;
}

void ToolSession::carry(std::vector<mcp::Event> events, Effects& effects, TimePoint now) {
    for (auto& event : events) {
        std::visit([&](auto& known) { on(std::move(known), effects, now); }, event);
    }
}

void ToolSession::on(mcp::Ready ready, Effects& effects, TimePoint /*now*/) {
    if (_settings.rules) {
        mcp::ToolCatalog next(*_settings.rules, ready.tools);
        const bool changed = next.json() != _catalog.json();
        effects.listed = changed && _opening;
        if (changed || !_opening) {
            effects.warnings.insert(effects.warnings.end(), next.remarks().begin(), next.remarks().end());
        }
        _catalog = std::move(next);
    }
    if (!_opening) {
        _opening = promisesKept(ready);
        effects.opened = true;
    }
}

hosting::Check ToolSession::promisesKept(const mcp::Ready& ready) const {
    for (const auto& tool : _settings.promised) {
        if (!ready.names.contains(tool)) {
            return Refusal{reason::toolMissing, "the manifest promises " + tool + ", the program does not list it"};
        }
    }
    return {};
}

void ToolSession::on(const mcp::Unusable& unusable, Effects& effects, TimePoint /*now*/) {
    refuse({reason::startFailed, base::readable(unusable.why, Outcome::longestError)});
    effects.opened = true;
}

void ToolSession::refuse(Refusal why) {
    if (!_opening) {
        _opening = std::move(why);
    }
}

void ToolSession::on(mcp::Finished finished, Effects& effects, TimePoint /*now*/) {
    const auto id = finished.call;
    _hangs.served();
    end(id, endingOf(std::move(finished)), effects);
}

/// What the model may see of it.
std::string ToolSession::shown(std::string text) const {
    return _settings.rules ? mcp::withoutValues(std::move(text), _settings.rules->hidden) : text;
}

ToolSession::Ending ToolSession::endingOf(mcp::Finished finished) const {
    if (finished.code != Code::ok) {
        return {
            {},
            Outcome::failure(finished.code, base::readable(shown(std::move(finished.text)), Outcome::longestError))};
    }
    const std::size_t size = finished.large ? finished.large->size() : finished.text.size();
    if (size > _settings.maxResultSize) {
        return {{},
                Outcome::failure(Code::exhausted, "the result has " + std::to_string(size) + " bytes, the limit is " +
                                                      std::to_string(_settings.maxResultSize)),
                finished.large ? finished.large->join() : std::move(finished.text)};
    }
    return {{}, Outcome::success(std::move(finished.text)), {}, std::move(finished.large)};
}

void ToolSession::on(const mcp::Progress& progress, Effects& effects, TimePoint now) {
    if (const auto found = _running.find(progress.call); found != _running.end()) {
        renew(found->second, now);
        _hangs.served();
        effects.reports.push_back({found->second.call, progress.permille, shown(progress.text)});
    }
}

void ToolSession::on(const mcp::ListChanged& /*changed*/, Effects& /*effects*/, TimePoint now) {
    if (_settings.rules) {
        _relist.changed(now);
    }
}

void ToolSession::on(const mcp::Deaf& /*deaf*/, Effects& /*effects*/, TimePoint now) {
    _listenAt = now + deafness;
}

void ToolSession::on(const mcp::Ignored& ignored, Effects& effects, TimePoint /*now*/) {
    if (ignored.late) {
        _hangs.served();
    }
    std::uint64_t& count = ignored.noise ? _noise : _ignored;
    if (isShown(++count)) {
        effects.warnings.push_back(counted("it wrote " + ignored.why, count));
    }
}

ToolSession::Effects ToolSession::invoke(std::shared_ptr<hosting::Call> call, Hosted::Keeper keeper, Hosted::Done done,
                                         TimePoint now) {
    Effects effects;
    Running running{std::move(call), std::move(keeper), std::move(done)};
    const auto& request = running.call->request();
    const auto* tool = _settings.rules ? _catalog.find(request.tool) : nullptr;
    if (_settings.rules && tool == nullptr) {
        effects.endings.push_back(
            {std::move(running), Outcome::failure(Code::notFound, "the server does not have this tool any more")});
        return effects;
    }
    std::string arguments;
    if (tool != nullptr && !tool->fixed.empty()) {
        arguments = mcp::merged(request.parameters, tool->fixed);
    }
    const std::string_view given = arguments.empty() ? request.parameters : std::string_view(arguments);
    const auto remaining = static_cast<std::uint64_t>(running.call->remaining().count());
    auto sent = _client.call({tool != nullptr ? std::string_view(tool->name) : request.tool, given, request.id,
                              remaining, aboutCaller(request.caller)});
    if (tool != nullptr) {
        sent.headers = mcp::headersOf(tool->headers, given);
    }
    const auto id = sent.id;
    effects.send.push_back(std::move(sent));
    renew(running, now);
    running.made = now;
    _hangs.called(now);
    const bool cancelled = running.call->cancelled();
    const std::string callId = request.id;
    _running[id] = std::move(running);
    if (cancelled) {
        auto more = cancel(callId, now);
        std::ranges::move(more.send, std::back_inserter(effects.send));
        std::ranges::move(more.endings, std::back_inserter(effects.endings));
        effects.givenUp = std::move(more.givenUp);
    }
    return effects;
}

void ToolSession::renew(Running& running, TimePoint now) const {
    if (_settings.patience.count() > 0) {
        running.limit = now + _settings.patience;
    }
}

ToolSession::Effects ToolSession::cancel(std::string_view callId, TimePoint now) {
    Effects effects;
    const auto found =
        std::ranges::find_if(_running, [&](const auto& each) { return each.second.call->request().id == callId; });
    if (found != _running.end()) {
        stop(found->first, found->second.call->cancelOutcome(), effects, now);
    }
    return effects;
}

/// Tells the server; whoever has to wait for it to understand, does.
void ToolSession::stop(mcp::RequestId id, Outcome outcome, Effects& effects, TimePoint now) {
    std::ranges::move(_client.cancel(id), std::back_inserter(effects.send));
    if (!_settings.client.awaitsCancelled) {
        suspect(_running.at(id), outcome.code, effects, now);
        effects.givenUp.push_back(id);
        end(id, {{}, std::move(outcome)}, effects);
    }
}

void ToolSession::suspect(const Running& running, Code why, Effects& effects, TimePoint now) {
    if (_settings.endsIfHanging && _hangs.gaveUp(running.made, why == Code::deadline, now)) {
        effects.send.push_back(_client.probe());
    }
}

ToolSession::TimePoint ToolSession::oldestCall() const {
    auto oldest = TimePoint::max();
    for (const auto& [id, running] : _running) {
        oldest = std::min(oldest, running.made);
    }
    return oldest;
}

void ToolSession::end(mcp::RequestId id, Ending ending, Effects& effects) {
    auto over = _running.extract(id);
    if (over.empty()) {
        return;
    }
    ending.over = std::move(over.mapped());
    if (!ending.outcome.ok() && ending.over.call->cancelled()) {
        ending.outcome = ending.over.call->cancelOutcome();
        ending.oversized.clear();
    }
    effects.endings.push_back(std::move(ending));
}

ToolSession::Effects ToolSession::changesMissed(TimePoint now) {
    Effects effects;
    on(mcp::ListChanged{}, effects, now);
    return effects;
}

ToolSession::Effects ToolSession::turn(TimePoint now) {
    Effects effects;
    std::vector<mcp::RequestId> overdue;
    for (const auto& [id, running] : _running) {
        if (now >= running.limit) {
            overdue.push_back(id);
        }
    }
    for (const auto id : overdue) {
        stop(id,
             Outcome::failure(Code::deadline, "the server has neither answered nor reported progress for " +
                                                  secondsOf(_settings.patience)),
             effects, now);
    }
    effects.hangs = _hangs.verdict(oldestCall(), now);
    if (_relist.due(now, _client.lists())) {
        effects.send.push_back(_client.list());
    }
    if (now >= _listenAt) {
        _listenAt = TimePoint::max();
        effects.send.push_back(_client.listen());
        _relist.changed(now);  // what has been missed
    }
    return effects;
}

ToolSession::TimePoint ToolSession::next() const {
    TimePoint next = std::min({_relist.next(_client.lists()), _listenAt, _hangs.next(oldestCall())});
    for (const auto& [id, running] : _running) {
        next = std::min(next, running.limit);
    }
    return next;
}

void tell(ToolSession::Effects& effects, const hosting::LogSink& log,
          const std::optional<hosting::ArtifactPort>& files) {
    for (const auto& warning : effects.warnings) {
        if (log) {
            log(AIP_LOG_WARN, warning);
        }
    }
    for (const auto& report : effects.reports) {
        report.call->reportProgress(report.permille, report.text);
    }
    for (auto& [over, outcome, oversized, large] : effects.endings) {
        if (!oversized.empty()) {
            outcome = asFile(*over.call, std::move(oversized), std::move(outcome), files);
        }
        if (outcome.ok() && over.keeper && over.keeper(large ? large->pieces() : Hosted::Pieces{outcome.json})) {
            outcome.json.clear();
        } else if (outcome.ok() && large) {
            outcome.json = large->join();
        }
        over.done(std::move(outcome));
    }
}

}  // namespace aip::runner
