// What the processes of a plugin say, and what follows from it.
#include "base/json_text.h"
#include "base/log.h"
#include "hosting/abi_text.h"
#include "plugins/process_slot.h"

#include <aip/abi.h>
#include <aip/ext/dynamic_tools.h>

#include <algorithm>
#include <string_view>
#include <variant>

namespace aip::plugins {
namespace {

using base::Code;
using base::Error;

constexpr std::size_t longestLine = 8UL << 10U;

/// The memory in which it should be is not what it should be.
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

/// False if it is not what a runner may say now.
bool ProcessSlot::handle(PluginProcess& process, link::Link::Received received) {
    if (auto* offer = std::get_if<link::Offer>(&received.message)) {
        return take(process, *offer, std::move(received.descriptor));
    }
    if (const auto* result = std::get_if<link::Finished>(&received.message)) {
        return take(process, *result, link::payloadText(received, limitOf(*result)));
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
    if (std::holds_alternative<link::Tools>(received.message)) {
        return takeTools(link::payloadText(received, hosting::longestToolList));
    }
    return std::holds_alternative<link::Stopped>(received.message);
}

bool ProcessSlot::takeTools(const base::Result<std::string>& json) {
    if (!_manifest.promises(AIP_EXT_DYNAMIC_TOOLS) || isMissing(json)) {
        return false;
    }
    _tools.take(json);
    return true;
}

bool ProcessSlot::take(PluginProcess& process, const link::Started& /*message*/) {
    Outcomes outcomes;
    std::vector<Delivery> deliveries;
    {
        const std::lock_guard lock(_mutex);
        if (process.stage() != Stage::starting) {
            return process.terminated();
        }
        process.started(std::chrono::steady_clock::now());
        _proven = true;
        _wanted = false;
        if (_verdict == SlotState::idle) {
            _reason = {};
        }
        ++_attempts;
        while (auto delivery = nextFor(process, outcomes)) {
            deliveries.push_back(*std::move(delivery));
        }
    }
    _changed.notify_all();
    base::log::info("plugin {} {} started in a process of its own", _manifest.id, _manifest.version);
    for (Delivery& delivery : deliveries) {
        deliver(std::move(delivery));
    }
    finish(std::move(outcomes));
    return true;
}

bool ProcessSlot::take(PluginProcess& process, const link::Refused& message) {
    const std::lock_guard lock(_mutex);
    if (const auto refusal = refusalOf(message); refusal && process.stage() == Stage::starting) {
        process.terminate(Cause::refused, refusal->text, std::chrono::steady_clock::now(), refusal->code);
    }
    return process.terminated();
}

bool ProcessSlot::take(const link::Log& message) const {
    writeLog(_wiring.log, message);
    return true;
}

bool ProcessSlot::take(PluginProcess& process, const link::Progress& message) {
    std::unique_lock lock(_mutex);
    const auto call = process.at({message.place, message.number});
    lock.unlock();
    if (call) {
        call->reportProgress(std::min(message.permille, 1000U), base::readable(message.text, longestLine));
    }
    return true;
}

/// The text is a copy already: once its place is free, the next result may be written to the same memory.
bool ProcessSlot::take(PluginProcess& process, const link::Finished& message, base::Result<std::string> text) {
    if (isMissing(text)) {
        return false;
    }
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
        deliver(*std::move(next));
    }
    call->finish(checked(outcomeOf(message, std::move(text))));
    finish(std::move(outcomes));
    return true;
}

std::uint64_t ProcessSlot::limitOf(const link::Finished& message) const {
    return message.code == AIP_OK ? _settings.maxResultSize : 2 * hosting::Outcome::longestError;
}

bool ProcessSlot::take(PluginProcess& process, const link::Offer& message, base::Descriptor content) {
    const auto done = passOn(process, message, std::move(content));
    const std::string_view text = done ? std::string_view() : done.error().text();
    const auto sent = process.link()->post(link::Answer{
        message.request, done ? AIP_OK : static_cast<std::int32_t>(done.error().code()), text.substr(0, longestLine)});
    return sent || sent.error().code() == Code::unavailable;
}

base::Result<void> ProcessSlot::passOn(PluginProcess& process, const link::Offer& message, base::Descriptor content) {
    std::unique_lock lock(_mutex);
    const auto call = process.find(message.callId);
    lock.unlock();
    if (!call || call->finished() || call->cancelled() || !_wiring.artifacts) {
        return call && call->cancelled() ? Error(Code::cancelled, "its call is cancelled")
                                         : Error(Code::state, "its call is over");
    }
    hosting::Artifact artifact{std::move(content),
                               message.size,
                               std::string(message.name),
                               std::string(message.mimeType),
                               std::string(call->request().sessionId),
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
