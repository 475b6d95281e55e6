#include "plugins/process_messages.h"

#include "base/json_text.h"
#include "base/log.h"
#include "hosting/abi_text.h"
#include "plugins/plugin_process.h"

#include <aip/abi.h>
#include <aip/ext/dynamic_tools.h>

#include <algorithm>
#include <chrono>
#include <new>
#include <string_view>
#include <utility>
#include <variant>

namespace aip::plugins {
namespace {

using base::Code;
using base::Error;

constexpr std::size_t longestLine = 8UL << 10U;

/// The shared memory of a payload is not valid.
bool isMissing(const base::Result<std::string>& payload) {
    return !payload && payload.error().code() == Code::invalid;
}

hosting::Outcome outcomeOf(const link::Finished& message, base::Result<std::string> text) {
    if (!text) {
        return hosting::Outcome::failure(text.error().code(), "the result is too long: " + text.error().text());
    }
    return message.code == AIP_OK ? hosting::Outcome::success(*std::move(text))
                                  : hosting::Outcome::failure(hosting::codeOf(message.code),
                                                              base::readable(*text, hosting::Outcome::longestError));
}

}  // namespace

bool ProcessMessages::handle(ProcessId process, link::Link& link, link::Link::Received& received) {
    if (const auto* result = std::get_if<link::Finished>(&received.message)) {
        return finished(process, link, *result, received);
    }
    if (const auto* log = std::get_if<link::Log>(&received.message)) {
        writeLog(_wiring.log, *log);
        return true;
    }
    if (const auto* message = std::get_if<link::Progress>(&received.message)) {
        return progress(process, *message);
    }
    if (const auto* message = std::get_if<link::Account>(&received.message)) {
        return account(process, *message);
    }
    if (std::holds_alternative<link::Started>(received.message)) {
        return started(process);
    }
    if (const auto* refusal = std::get_if<link::Refused>(&received.message)) {
        return refused(process, *refusal);
    }
    if (const auto* crash = std::get_if<link::Crashed>(&received.message)) {
        return _pool.with([&](ProcessPool& pool) { return pool.crashed(process, whereOf(*crash)); });
    }
    if (std::holds_alternative<link::Tools>(received.message)) {
        return listed(process, link.payload(received, hosting::longestToolList));
    }
    return std::holds_alternative<link::Stopped>(received.message);
}

bool ProcessMessages::listed(ProcessId process, base::Result<std::string> json) {
    if (!_manifest.promises(AIP_EXT_DYNAMIC_TOOLS) || isMissing(json)) {
        return false;
    }
    const auto keep = [kept = _kept, log = _wiring.log](const std::string& list) {
        const auto done = kept ? kept->write(list) : base::Result<void>();
        if (!done && log) {
            log(AIP_LOG_WARN, "its list of tools is not kept: " + done.error().text());
        }
    };
    if (!_pool.with([process](const ProcessPool& pool) { return pool.isStarting(process); })) {
        _lister.demand([tools = _tools, keep, json = std::move(json)] {
            if (tools->update(json)) {
                keep(*json);
            }
        });
    } else if (_tools->update(json) && _kept) {
        _lister.demand([keep, list = *std::move(json)] { keep(list); });
    }
    return true;
}

bool ProcessMessages::started(ProcessId process) {
    const auto now = std::chrono::steady_clock::now();
    bool expected = false;
    _pool.apply([&](ProcessPool& pool) {
        auto effects = pool.started(process, now);
        expected = effects.has_value();
        return std::move(effects).value_or(ProcessPool::Effects{});
    });
    if (!expected) {
        return terminated(process);
    }
    base::log::info("plugin {} {} started in a process of its own", _manifest.id, _manifest.version);
    while (_pool.apply([process](ProcessPool& pool) { return pool.nextFor(process); })) {
    }
    return true;
}

bool ProcessMessages::refused(ProcessId process, const link::Refused& message) {
    if (auto refusal = refusalOf(message)) {
        refusal->text = _wiring.redact ? _wiring.redact(std::move(refusal->text)) : std::move(refusal->text);
        const auto now = std::chrono::steady_clock::now();
        _pool.with([&](ProcessPool& pool) { return pool.refuse(process, *refusal, now); });
    }
    return terminated(process);
}

bool ProcessMessages::terminated(ProcessId process) const {
    return _pool.with([process](const ProcessPool& pool) { return pool.terminated(process); });
}

bool ProcessMessages::account(ProcessId process, const link::Account& message) {
    const auto call = _pool.with([&](const ProcessPool& pool) {
        return pool.find(process, Ticket{message.place, message.number});
    });
    return !call || call->keepAccount(std::string(message.json));
}

bool ProcessMessages::progress(ProcessId process, const link::Progress& message) {
    const auto call = _pool.with([&](const ProcessPool& pool) {
        return pool.find(process, Ticket{message.place, message.number});
    });
    if (call) {
        call->reportProgress(std::min(message.permille, 1000U), base::readable(message.text, longestLine));
    }
    return true;
}

/// The second result of a call is not even read. The first is copied before its place is free: then the next one may be
/// written to the same memory.
bool ProcessMessages::finished(ProcessId process, link::Link& link, const link::Finished& message,
                               link::Link::Received& received) {
    const Ticket ticket{message.place, message.number};
    const auto call = _pool.with([&](const ProcessPool& pool) { return pool.find(process, ticket); });
    if (!call) {
        return _pool.with([&](const ProcessPool& pool) { return pool.mayAnswer(process, ticket); });
    }
    auto text = link.payload(received, limitOf(message));
    if (isMissing(text)) {
        return false;
    }
    const auto now = std::chrono::steady_clock::now();
    // More than one place is free now if the call had been abandoned.
    for (bool sent = _pool.apply([&](ProcessPool& pool) { return pool.returned(process, ticket, now).effects; }); sent;
         sent = _pool.apply([process](ProcessPool& pool) { return pool.nextFor(process); })) {
    }
    call->finish(checked(outcomeOf(message, std::move(text))));
    return true;
}

std::uint64_t ProcessMessages::limitOf(const link::Finished& message) const {
    return message.code == AIP_OK ? _settings.maxResultSize : 2 * hosting::Outcome::longestError;
}

void ProcessMessages::offered(ProcessId process, link::Link& link, const link::Offer& message,
                              base::Descriptor content) const {
    const auto done = content ? passOnIfPossible(process, message, std::move(content))
                              : Error(Code::exhausted, "the agent has no descriptor left to take it");
    const std::string_view text = done ? std::string_view() : done.error().text();
    static_cast<void>(link.post(link::Answer{
        message.request, done ? AIP_OK : static_cast<std::int32_t>(done.error().code()), text.substr(0, longestLine)}));
}

base::Result<void> ProcessMessages::passOnIfPossible(ProcessId process, const link::Offer& message,
                                                     base::Descriptor content) const {
    try {
        return passOn(process, message, std::move(content));
    } catch (const std::bad_alloc&) {
        return Error(Code::exhausted, "the agent has no memory left to take it");
    }
}

base::Result<void> ProcessMessages::passOn(ProcessId process, const link::Offer& message,
                                           base::Descriptor content) const {
    const auto call = _pool.with([&](const ProcessPool& pool) { return pool.find(process, message.callId); });
    if (!call || call->finished() || call->cancelled() || !_wiring.artifacts) {
        return call && call->cancelled() ? Error(Code::cancelled, "its call is cancelled")
                                         : Error(Code::state, "its call is over");
    }
    if (!call->request().caller.takesFiles) {
        return Error(Code::unsupported, "who called the tool takes no files");
    }
    hosting::Artifact artifact{std::move(content),
                               message.size,
                               std::string(message.name),
                               std::string(message.mimeType),
                               std::string(call->request().caller.session),
                               call->request().id};
    for (const auto& acceptable :
         {hosting::checkArtifact(artifact, _wiring.artifacts->maxSize), hosting::checkContent(artifact)}) {
        if (!acceptable) {
            return acceptable;
        }
    }
    return _wiring.artifacts->hand(std::move(artifact));
}

}  // namespace aip::plugins
