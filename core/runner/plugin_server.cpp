#include "runner/plugin_server.h"

#include "base/json_text.h"
#include "runner/crash_mark.h"
#include "runner/invoked_call.h"

#include <aip/abi.h>
#include <aip/ext/dynamic_tools.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <new>
#include <thread>
#include <utility>
#include <variant>

namespace aip::runner {
namespace {

using base::Code;
using hosting::Call;
using hosting::Outcome;

constexpr std::size_t longestText = 16UL << 10U;  ///< in a message without a payload

/// The agent sets limits of its own.
constexpr std::uint64_t longestPayload = 4UL << 30U;

/// Until there may be memory again.
constexpr std::chrono::milliseconds memoryPause{10};

/// The agent is gone or breaks the protocol: there is nobody to report to.
[[noreturn]] void endProcess() {
    std::_Exit(EXIT_FAILURE);
}

std::string shortened(std::string_view text) {
    return base::excerpt(text, longestText);
}

}  // namespace

PluginServer::PluginServer(link::Link& link, Confinement& confinement, HostedKind kind)
    : _link(link),
      _confinement(confinement),
      _kind(std::move(kind)),
      _tools(_entrance,
             {[this] { return _hosted->listTools(); }, [this](const auto& message) { return send(message); }}) {}

int PluginServer::run() {
    base::ByteBuffer buffer;
    auto first = _link.receive(buffer, true);
    if (!first || !*first || !std::holds_alternative<link::Start>((*first)->message)) {
        endProcess();
    }
    if (!startPlugin(**std::move(first))) {
        return EXIT_SUCCESS;
    }
    _entrance.waitForLast();
    const CrashMark mark("its stop");
    _hosted.reset();
    send(link::Stopped{});
    return EXIT_SUCCESS;
}

bool PluginServer::startPlugin(link::Link::Received first) {
    const auto& start = std::get<link::Start>(first.message);
    if (start.version != link::protocolVersion) {
        endProcess();
    }
    if (!confine(start)) {
        return false;
    }
    _link.shareMemory(std::move(first.memory));
    const auto description = _link.payload(first, longestPayload);
    const auto spec = description ? hosting::decodePluginSpec(*description) : description.error();
    if (!spec) {
        endProcess();
    }
    if (!first.descriptor) {
        send(link::Refused{hosting::reason::shortage, "its process has no descriptor left to take the plugin"});
        return false;
    }
    makePlaces(start.concurrency);
    if (!host(*spec, std::move(first.descriptor), start)) {
        return false;
    }
    if (spec->promises(AIP_EXT_DYNAMIC_TOOLS)) {
        _tools.tell();
    }
    send(link::Started{});
    _tools.begin();
    return true;
}

void PluginServer::makePlaces(std::uint32_t count) {
    _results.setPlaces(count);
    _places.resize(count);
    for (std::uint32_t i = 0; i < count; ++i) {
        _places[i].index = i;
    }
}

/// False if it has refused the plugin.
bool PluginServer::host(const hosting::PluginSpec& spec, base::Descriptor code, const link::Start& start) {
    const auto port =
        start.artifacts == 0 ? std::optional<hosting::ArtifactPort>() : artifactPort(start.maxArtifactSize);
    auto started = [&] {
        const CrashMark mark("its start");
        return _kind.start(
            spec, std::move(code),
            {logSink(), port, [this] { _tools.changed(); }, std::size_t(start.maxResultSize), start.concurrency});
    }();
    if (!started) {
        send(link::Refused{started.error().code, shortened(started.error().text)});
        return false;
    }
    _hosted = *std::move(started);
    if (!addReader()) {
        _hosted.reset();
        send(link::Refused{hosting::reason::shortage, "no thread can be made for its calls"});
        return false;
    }
    return true;
}

/// False if it has refused the plugin: the process lacks what is required.
bool PluginServer::confine(const link::Start& start) {
    _confinement.complete(start);
    const std::string news = _confinement.lacking();  // what no process of this kind has is none
    _confinement.renounce(_kind.impossible, _kind.why);
    const auto inForce = _confinement.inForce();
    send(link::Confined{inForce.bits(), shortened(news)});
    const auto missing = link::Measures(start.required).without(inForce);
    if (!missing.empty()) {
        const std::string why = _confinement.hostView()          ? "; plugins.host_view names the plugin"
                                : _confinement.lacking().empty() ? ""
                                                                 : "; it has no " + _confinement.lacking();
        send(link::Refused{hosting::reason::isolationLacking,
                           shortened("its process is without the required " + missing.text() + why)});
    }
    return missing.empty();
}

/// False if the system has no thread, or no memory for one.
bool PluginServer::addReader() {
    ++_readers;
    try {
        std::thread([this] { read(); }).detach();  // main() does not join them: they wait for messages without end
        return true;
    } catch (const std::exception&) {
        --_readers;
        return false;
    }
}

void PluginServer::read() {
    base::ByteBuffer buffer;
    for (;;) {
        try {
            readNext(buffer);
        } catch (const std::bad_alloc&) {  // an Invoke is answered all the same; of others only a Cancel can be lost
            std::this_thread::sleep_for(memoryPause);
        }
    }
}

void PluginServer::readNext(base::ByteBuffer& buffer) {
    auto received = _link.receive(buffer, true);
    if (!received) {
        endProcess();
    }
    if (*received) {
        handle(**received);
    } else {
        _results.giveBack();
    }
}

void PluginServer::handle(link::Link::Received& received) {
    const link::Message& message = received.message;
    if (const auto* invoke = std::get_if<link::Invoke>(&message)) {
        carryOut(*invoke, received);
    } else if (const auto* cancelled = std::get_if<link::Cancel>(&message)) {
        cancel(*cancelled, std::string(cancelled->text));
    } else if (const auto* answered = std::get_if<link::Answer>(&message)) {
        _offers.answer(*answered);
    } else if (const auto* copied = std::get_if<link::Taken>(&message)) {
        taken(*copied);
    } else if (std::holds_alternative<link::Stop>(message)) {
        prepareToStop();
    } else {
        endProcess();
    }
}

PluginServer::Place& PluginServer::placeOf(std::uint32_t index) {
    if (index >= _places.size()) {
        endProcess();
    }
    return _places[index];
}

void PluginServer::carryOut(const link::Invoke& invoke, link::Link::Received& received) {
    if (--_readers == 0 && !addReader()) {
        refuse(invoke, "no thread can be made for the call");
    } else {
        serve(invoke, received);
    }
    ++_readers;
}

void PluginServer::serve(const link::Invoke& invoke, link::Link::Received& received) {
    Place& place = placeOf(invoke.place);
    std::shared_ptr<Call> call;
    try {
        auto parameters = _link.payload(received, longestPayload);
        if (!parameters && parameters.error().code() == Code::exhausted) {
            return refuse(invoke, "the parameters: " + parameters.error().text());
        }
        if (!parameters) {
            endProcess();
        }
        call = begin(invoke, *std::move(parameters), place);
    } catch (const std::bad_alloc&) {
        return refuse(invoke, "no memory left");
    }
    this->invoke(call, place);
}

/// A large result is written directly to the memory that is shared with the agent. noexcept, as cancel(): after a
/// std::bad_alloc of a host nobody would know whether the call still runs, and writes to its area.
void PluginServer::invoke(const std::shared_ptr<Call>& call, Place& place) noexcept {
    _results.begin(place.index);
    if (call->cancelled()) {
        finished(place, call->cancelOutcome());
        return;
    }
    const auto keep = [this, &place](const Hosted::Pieces& json) { return _results.write(place.index, json); };
    const CrashMark mark(call->request().tool, call->request().id);
    _hosted->invoke(call, keep, [this, &place](Outcome outcome) { finished(place, std::move(outcome)); });
}

void PluginServer::finished(Place& place, Outcome outcome) {
    std::uint64_t number = 0;
    std::string account;
    {
        const std::lock_guard lock(place.mutex);
        account = place.call ? place.call->takeAccount() : std::string();
        number = place.number;
        place.call.reset();
    }
    if (!account.empty()) {
        send(link::Account{place.index, number, account});
    }
    if (!report({place.index, number, static_cast<std::int32_t>(outcome.code),
                 _results.end(place.index, number, outcome)})) {
        _results.notSent(place.index, number);
    }
    _entrance.leave();
}

void PluginServer::refuse(const link::Invoke& invoke, std::string_view why) {
    report({invoke.place, invoke.number, static_cast<std::int32_t>(Code::exhausted), link::Payload(why)});
}

/// False if its error is sent instead.
bool PluginServer::report(link::Finished result) {
    const auto sent = _link.send(result);
    if (!sent && sent.error().code() == Code::unavailable) {
        endProcess();
    }
    if (!sent) {
        result.code = static_cast<std::int32_t>(sent.error().code());
        result.text = link::Payload(sent.error().text());
        if (!_link.send(result)) {
            endProcess();  // otherwise the agent would wait for this call
        }
    }
    return static_cast<bool>(sent);
}

/// The agent has read what is in an area.
void PluginServer::taken(const link::Taken& taken) {
    if (taken.area == link::areaOfTools) {
        _link.memory().free(link::areaOfTools);
        _tools.taken();
    } else {
        _results.taken(taken.area - link::areaOfResult(0), taken.number);
    }
}

std::shared_ptr<Call> PluginServer::begin(const link::Invoke& invoke, std::string parameters, Place& place) {
    auto call = callOf(invoke, std::move(parameters),
                       [this, index = invoke.place, number = invoke.number](const Call&, std::uint32_t permille,
                                                                            std::string_view text) {
                           send(link::Progress{index, number, permille, text});
                       });
    const std::lock_guard lock(place.mutex);
    if (!_entrance.enter() || place.call || invoke.number <= place.number) {
        endProcess();
    }
    place.number = invoke.number;
    place.call = call;
    if (place.cancelledEarly == invoke.number) {
        call->cancel(place.early.code, std::move(place.early.error));
    }
    return call;
}

void PluginServer::cancel(const link::Cancel& cancel, std::string text) noexcept {
    if (!_entrance.enter()) {
        return;
    }
    Place& place = placeOf(cancel.place);
    std::shared_ptr<Call> call;
    {
        const std::lock_guard lock(place.mutex);
        if (cancel.number > place.number) {
            place.cancelledEarly = cancel.number;
            place.early = Outcome::failure(static_cast<Code>(cancel.code), std::move(text));
        } else if (cancel.number == place.number) {
            call = place.call;
        }
    }
    if (call) {
        call->cancel(static_cast<Code>(cancel.code), std::move(text));
        const CrashMark mark("the cancel of a call");
        _hosted->cancel(call->request().id);
    }
    _entrance.leave();
}

void PluginServer::prepareToStop() {
    _tools.stop();
    _entrance.close();
}

/// False if the system is short of what it takes.
bool PluginServer::send(const link::Message& message) {
    const auto sent = _link.send(message);
    if (!sent && sent.error().code() == Code::unavailable) {
        endProcess();
    }
    return static_cast<bool>(sent);
}

hosting::LogSink PluginServer::logSink() {
    return [this](int level, std::string_view line) { send(link::Log{level, shortened(line)}); };
}

hosting::ArtifactPort PluginServer::artifactPort(std::uint64_t maxSize) {
    return {maxSize, [this](const hosting::Artifact& artifact) { return _offers.offer(artifact); }};
}

}  // namespace aip::runner
