// What the processes of a plugin say, and what follows from it.
#include "base/json_text.h"
#include "base/log.h"
#include "plugins/process_engine.h"

#include <aip/abi.h>
#include <aip/ext/dynamic_tools.h>

#include <algorithm>
#include <string_view>
#include <variant>

namespace aip::plugins {
namespace {

using base::Code;
using base::Error;
using Stage = PluginProcess::Stage;
using Cause = PluginProcess::Cause;

constexpr std::size_t longestLine = 8UL << 10U;

Code codeOf(std::int32_t value) {
    const bool known = (value > AIP_OK && value <= AIP_INTERNAL) || value >= AIP_PLUGIN_STATUS;
    return known ? static_cast<Code>(value) : Code::internal;
}

}  // namespace

/// False if it is not what a runner may say now.
bool ProcessSlot::Engine::handle(PluginProcess& process, Link::Received received) {
    if (auto* offer = std::get_if<link::Offer>(&received.message)) {
        return take(process, *offer, std::move(received.descriptor));
    }
    if (const auto* result = std::get_if<link::Result>(&received.message)) {
        return take(process, *result);
    }
    if (const auto* log = std::get_if<link::Log>(&received.message)) {
        return take(*log);
    }
    if (const auto* progress = std::get_if<link::Progress>(&received.message)) {
        return take(process, *progress);
    }
    if (const auto* started = std::get_if<link::Started>(&received.message)) {
        return take(process, *started);
    }
    if (const auto* refused = std::get_if<link::Refused>(&received.message)) {
        return take(process, *refused);
    }
    if (const auto* tools = std::get_if<link::Tools>(&received.message)) {
        return take(*tools);
    }
    return std::holds_alternative<link::Stopped>(received.message);
}

bool ProcessSlot::Engine::take(const link::Tools& message) {
    if (!_manifest.promises(AIP_EXT_DYNAMIC_TOOLS)) {
        return false;
    }
    _tools.take(message.json.text);
    return true;
}

bool ProcessSlot::Engine::take(PluginProcess& process, const link::Started& /*message*/) {
    Outcomes outcomes;
    std::vector<Delivery> deliveries;
    {
        const std::lock_guard lock(_mutex);
        if (process.stage() != Stage::starting) {
            return process.condemned();
        }
        process.started(std::chrono::steady_clock::now());
        _proven = true;
        _wanted = false;
        if (_verdict == SlotState::idle) {
            _reason.clear();
        }
        ++_attempts;
        while (auto delivery = nextFor(process, outcomes)) {
            deliveries.push_back(*std::move(delivery));
        }
    }
    _changed.notify_all();
    base::log::info("plugin {} {} started in a process of its own", _manifest.id, _manifest.version);
    std::ranges::for_each(deliveries, [this](const Delivery& delivery) { deliver(delivery); });
    finish(std::move(outcomes));
    return true;
}

bool ProcessSlot::Engine::take(PluginProcess& process, const link::Refused& message) {
    const std::lock_guard lock(_mutex);
    if (const auto refusal = refusalOf(message); refusal && process.stage() == Stage::starting) {
        process.condemn(Cause::refused, refusal->text, std::chrono::steady_clock::now(), refusal->code);
    }
    return process.condemned();
}

bool ProcessSlot::Engine::take(const link::Log& message) const {
    writeLog(_settings.log, message);
    return true;
}

bool ProcessSlot::Engine::take(PluginProcess& process, const link::Progress& message) {
    std::unique_lock lock(_mutex);
    const auto call = process.at({message.place, message.number});
    lock.unlock();
    if (call) {
        call->reportProgress(std::min(message.permille, 1000U), base::readable(message.text, longestLine));
    }
    return true;
}

bool ProcessSlot::Engine::take(PluginProcess& process, const link::Result& message) {
    const auto now = std::chrono::steady_clock::now();
    std::optional<Delivery> next;
    Outcomes outcomes;
    std::unique_lock lock(_mutex);
    const auto call = process.release({message.place, message.number}, now);
    if (!call) {
        return true;  // it was abandoned meanwhile
    }
    if (perCall() && process.stage() == Stage::ready) {
        stopProcess(process, std::min(_stopLimit, now + _settings.process.stopTimeout));
    } else {
        next = nextFor(process, outcomes);
    }
    lock.unlock();
    if (next) {
        deliver(*next);
    }
    call->finish(checked(outcomeOf(message)));
    finish(std::move(outcomes));
    return true;
}

Outcome ProcessSlot::Engine::outcomeOf(const link::Result& message) const {
    const std::string_view text = message.text.text;
    if (message.code != AIP_OK) {
        return Outcome::failure(codeOf(message.code), base::readable(text, Outcome::longestError));
    }
    if (text.size() > _settings.maxResultSize) {
        return Outcome::failure(Code::exhausted, "the result has " + std::to_string(text.size()) +
                                                     " bytes, the limit is " + std::to_string(_settings.maxResultSize));
    }
    std::string json;
    json.reserve(text.size() + base::jsonPadding);
    json = text;
    return Outcome::success(std::move(json));
}

bool ProcessSlot::Engine::take(PluginProcess& process, const link::Offer& message, Descriptor content) {
    const auto done = passOn(process, message, std::move(content));
    const std::string_view text = done ? std::string_view() : done.error().text();
    static_cast<void>(process.link()->post(link::Answer{
        message.request, done ? AIP_OK : static_cast<std::int32_t>(done.error().code()), text.substr(0, longestLine)}));
    return true;
}

base::Result<void> ProcessSlot::Engine::passOn(PluginProcess& process, const link::Offer& message, Descriptor content) {
    std::unique_lock lock(_mutex);
    const auto call = process.find(message.callId);
    lock.unlock();
    if (!call || call->finished() || call->cancelled() || !_settings.artifacts) {
        return call && call->cancelled() ? Error(Code::cancelled, "its call is cancelled")
                                         : Error(Code::state, "its call is over");
    }
    Artifact artifact{std::move(content),
                      message.size,
                      std::string(message.name),
                      std::string(message.mimeType),
                      std::string(call->request().sessionId),
                      call->request().id};
    for (const auto& acceptable : {checkArtifact(artifact, _settings.artifacts->maxSize), checkContent(artifact)}) {
        if (!acceptable) {
            return acceptable;
        }
    }
    return _settings.artifacts->hand(std::move(artifact));
}

}  // namespace aip::plugins
