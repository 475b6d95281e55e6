#include "mcp_server/client_door.h"

#include "base/log.h"
#include "base/printable.h"
#include "execution/call_account.h"
#include "mcp_server/large_message.h"

#include <exception>
#include <string>
#include <utility>

namespace aip::mcp_server {
namespace {

using base::Code;
using execution::InvocationResult;

constexpr std::string_view doorName = "mcp";
constexpr std::size_t shownId = 64;

std::string failureText(const InvocationResult& result) {
    switch (result.by) {
        case InvocationResult::By::schema:
            return "Input validation error: " + result.outcome.error;
        case InvocationResult::By::policy:
            return "Refused by this device's policy: " + result.outcome.error;
        default:
            return result.outcome.error;
    }
}

std::string noRoomFor(std::size_t bytes) {
    return "the answer has " + std::to_string(bytes) + " bytes; those that clients do not take leave no room for it";
}

}  // namespace

ClientDoor::ClientDoor(execution::Dispatcher& dispatcher, OfferedTools& offered, mcp::ServerInfo info,
                       std::string session, ClientLimits limits, Send send)
    : _dispatcher(dispatcher),
      _offered(offered),
      _sessionId(std::move(session)),
      _limits(std::move(limits)),
      _shared(std::make_shared<Shared>(State{mcp::ServerSession(std::move(info)), std::move(send), _limits.untaken})) {}

ClientDoor::~ClientDoor() {
    cancelAll("the client has gone");
    _shared->waitFor([](const State& state) { return state.calls.empty(); }, [](State&) {});
}

bool ClientDoor::Held::hasRoom(const std::string& message, std::size_t limit) const {
    return _calls.empty() || _calls.contains(&message) || _bytes + message.size() <= limit;
}

void ClientDoor::Held::add(const std::string& message) {
    if (++_calls[&message] == 1) {
        _bytes += message.size();
    }
}

void ClientDoor::Held::remove(const std::string& message) {
    const auto found = _calls.find(&message);
    if (--found->second == 0) {
        _bytes -= message.size();
        _calls.erase(found);
    }
}

/// A client that has not listed the tools hears of those that are others than at its first message.
void ClientDoor::received(const ClientMessage& message) {
    _dispatcher.heap().carried(message.text->size());
    const auto tools = _offered.current();
    const auto work = take(message, tools);
    for (const auto& invocation : work.begun) {
        _dispatcher.start(invocation);
    }
    for (const auto& invocation : work.cancelled) {
        invocation->cancel(Code::cancelled, "cancelled by the client");
    }
    if (_offered.current() != tools) {  // the news of it may have come before this list
        toolsChanged();
    }
}

ClientDoor::Work ClientDoor::take(const ClientMessage& message,
                                  const std::shared_ptr<const OfferedTools::Tools>& tools) {
    const LargeMessage parsed(message.text->size());
    return _shared->with([&](State& state) {
        Work work;
        std::vector<mcp::ToClient> out;
        const auto asked = state.session.take(*message.text, tools->list, out);
        bool sent = true;
        for (auto& answer : out) {
            sent = send(state, std::move(answer)) && sent;
        }
        if (sent && (!state.told || state.session.listed())) {
            state.told = tools;
        }
        for (const auto& one : asked) {
            if (const auto* call = std::get_if<mcp::CallAsked>(&one)) {
                handle(state, *call, message, *tools, work);
            } else if (const auto* refused = std::get_if<mcp::CallRefused>(&one)) {
                record(refused->call, message, refused->why);
            } else {
                handle(state, std::get<mcp::CallCancelled>(one), work);
            }
        }
        return work;
    });
}

void ClientDoor::toolsChanged() {
    const auto tools = _offered.current();
    _shared->with([&](State& state) {
        if (state.told == tools) {
            return;
        }
        state.told = tools;
        for (auto& notification : state.session.toolsChanged()) {
            send(state, std::move(notification));
        }
    });
}

void ClientDoor::cancelAll(const std::string& why) {
    const auto running = _shared->with([](const State& state) {
        std::vector<InvocationPtr> all;
        for (const auto& [number, call] : state.calls) {
            all.push_back(call.invocation);
        }
        return all;
    });
    for (const auto& invocation : running) {
        invocation->cancel(Code::cancelled, why);
    }
}

bool ClientDoor::waitUntilAnswered(std::chrono::milliseconds limit) {
    return _shared->waitUntil(
        std::chrono::steady_clock::now() + limit, [](const State& state) { return state.calls.empty(); },
        [](const State& state) { return state.calls.empty(); });
}

void ClientDoor::handle(State& state, const mcp::CallAsked& asked, const ClientMessage& message,
                        const OfferedTools::Tools& tools, Work& work) {
    const auto tool = tools.keys.find(asked.tool);
    if (tool == tools.keys.end()) {
        return refuse(state, asked, message, {Code::notFound, "there is no such tool any more"});
    }
    if (!state.held.hasRoom(*message.text, _limits.held)) {
        return refuse(state, asked, message,
                      {Code::exhausted, "the calls of this client that wait for their answers are too large"});
    }
    auto places = takePlaces();
    if (!places) {
        return refuse(state, asked, message, places.error());
    }
    begin(state, asked, std::make_shared<const Input>(Input{message, asked.request, tool->second}), *std::move(places),
          work);
}

execution::Caller ClientDoor::callerOf(const ClientMessage& message) const {
    return {.session = _sessionId,
            .door = doorName,
            .peer = message.peer,
            .profile = _offered.profile(),
            .takesFiles = false};
}

void ClientDoor::refuse(State& state, const mcp::CallAsked& asked, const ClientMessage& message,
                        const base::Error& why) const {
    record(asked, message, why);
    send(state, state.session.failed(asked.request, why.code(), why.text()));
}

void ClientDoor::record(const mcp::CallAsked& asked, const ClientMessage& message, const base::Error& why) const {
    auto call = execution::askedBy(callerOf(message));
    call.call = asked.request;
    call.tool = asked.tool;
    call.parameters = asked.arguments;
    call.owner = message.text;
    call.ownerSize = message.text->size();
    execution::recordRefusal(_dispatcher.trail(), call, why);
}

base::Result<ClientDoor::Places> ClientDoor::takePlaces() {
    auto ofAll = _dispatcher.takePlace();
    if (!ofAll) {
        return std::move(ofAll).error();
    }
    auto ofClients = _dispatcher.clientPlaces().take();
    if (!ofClients) {
        return base::Error(Code::exhausted, "too many calls of clients wait for their answers");
    }
    return Places{*std::move(ofClients), *std::move(ofAll)};
}

void ClientDoor::begin(State& state, const mcp::CallAsked& asked, std::shared_ptr<const Input> input, Places places,
                       Work& work) {
    const Number number = ++state.latest;
    execution::Invocation::Request request{
        .caller = callerOf(input->message),
        .toolType = input->tool.type,
        .tool = input->tool.name,
        .nameSpace = input->tool.nameSpace,
        .parameters = asked.arguments,
        .callId = input->request,
        .owner = input,
        .ownerSize = input->message.text->size(),
        .limits = {.answer = _limits.answer},
        .progress = [shared = _shared, number](std::uint32_t permille, std::string_view text) {
            shared->with([&](State& now) { progress(now, number, permille, text); });
        }};
    auto invocation = _dispatcher.prepare(
        std::move(request), [shared = _shared, number, &heap = _dispatcher.heap()](const InvocationResult& result) {
            heap.carried(result.outcome.json.size());
            shared->with([&](State& now) { ended(now, number, result); });
            shared->notify();
        });
    state.held.add(*input->message.text);
    state.calls.emplace(number, Call{std::move(input), invocation, std::move(places)});
    work.begun.push_back(std::move(invocation));
}

void ClientDoor::handle(State& state, const mcp::CallCancelled& asked, Work& work) {
    for (auto& [number, call] : state.calls) {
        if (call.input->request == asked.request && !call.cancelled) {
            call.cancelled = true;
            work.cancelled.push_back(call.invocation);
        }
    }
}

void ClientDoor::send(State& state, std::optional<mcp::ToClient> message) {
    if (message) {
        send(state, *std::move(message));
    }
}

std::optional<ClientDoor::Room> ClientDoor::roomFor(const State& state, std::size_t bytes) {
    if (bytes <= ClientLimits::smallMessage) {
        return Room();
    }
    const auto share = std::make_shared<base::ByteBudget::Share>(state.untaken);
    return share->grow(bytes) ? std::optional<Room>(share) : std::nullopt;
}

bool ClientDoor::send(State& state, mcp::ToClient message) {
    const auto room = roomFor(state, message.text.size());
    if (!room) {
        refuse(state, message);
        return false;
    }
    message.share = *room;
    state.sink(std::move(message));
    return true;
}

/// Its room is there before the answer is, which may be three times as large as the result.
void ClientDoor::succeed(State& state, const std::string& request, std::string_view json) {
    const std::size_t size = state.session.largestAnswer(request, json);
    const auto room = roomFor(state, size);
    if (!room) {
        return send(state, state.session.failed(request, Code::exhausted, noRoomFor(size)));
    }
    if (auto answer = state.session.succeeded(request, json)) {
        answer->share = *room;
        state.sink(*std::move(answer));
    }
}

/// Only an answer is replaced; a notification is dropped.
void ClientDoor::refuse(State& state, const mcp::ToClient& message) {
    if (message.last && !message.request.empty()) {
        state.sink(mcp::busyAnswer(message.request, noRoomFor(message.text.size())));
    }
}

void ClientDoor::progress(State& state, Number number, std::uint32_t permille, std::string_view text) {
    const auto call = state.calls.find(number);
    if (call != state.calls.end() && !call->second.cancelled) {
        send(state, state.session.progress(call->second.input->request, permille, text));
    }
}

/// Of a cancelled call the session knows nothing any more: another request may have its id meanwhile.
void ClientDoor::ended(State& state, Number number, const InvocationResult& result) {
    auto call = state.calls.extract(number);
    const auto held = call.mapped().input;
    const Input& input = *held;
    const bool cancelled = call.mapped().cancelled;
    state.held.remove(*input.message.text);
    call = {};  // its places are free before the client has the answer
    if (cancelled) {
        base::log::debug("mcp: nobody waits for the answer to {} any more", base::printable(input.request, shownId));
    } else if (result.outcome.ok()) {
        succeed(state, input.request, result.outcome.json);
    } else {
        send(state, state.session.failed(input.request, result.outcome.code, failureText(result)));
    }
}

}  // namespace aip::mcp_server
