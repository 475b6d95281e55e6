#include "device.h"

#include <fmt/format.h>

#include <cstdint>
#include <stdexcept>
#include <utility>

namespace aip::bench {
namespace {

constexpr std::string_view acknowledgement =
    R"({"type":"heartbeat","status":"ok","user_request":null,"agent_name":null,"process_name":null,"root_name":null,)"
    R"("actions":null,"messages":null,"error":null,"session_id":null,"task_name":null,)"
    R"("timestamp":"2026-01-01T00:00:00.000000+00:00","response_id":"00000000-0000-4000-8000-000000000001",)"
    R"("result":null})";

bool isOfType(const Link::Message& message, std::string_view type) {
    constexpr std::string_view before = R"({"type":")";
    return message.head.starts_with(before) && message.head.substr(before.size()).starts_with(type);
}

int countSuccesses(std::string_view text) {
    constexpr std::string_view success = R"({"status":"success",)";
    int count = 0;
    for (std::size_t at = text.find(success); at != std::string_view::npos; at = text.find(success, at + 1)) {
        ++count;
    }
    return count;
}

}  // namespace

Command::Command(std::string_view tool, std::string_view parameters, int times, std::string_view session)
    : _times(times) {
    std::string actions;
    for (int i = 0; i < times; ++i) {
        actions += i == 0 ? "" : ",";
        actions += fmt::format(R"({{"tool_name":"{}","parameters":{},"tool_type":"action","call_id":"0123456789ab"}})",
                               tool, parameters);
    }
    _text = fmt::format(
        R"({{"type":"command","status":"continue","user_request":null,"agent_name":"BenchAgent","process_name":null,)"
        R"("root_name":"default","actions":[{}],"messages":[],"error":null,"session_id":"{}","task_name":"bench",)"
        R"("timestamp":"2026-01-01T00:00:00.000000+00:00","response_id":"00000000-0000-4000-8000-)",
        actions, session);
    _counter = _text.size();
    _text += R"(000000000000","result":null})";
}

std::string_view Command::next() {
    static std::uint64_t counter = 0;
    fmt::format_to(_text.data() + _counter, "{:012}", ++counter);
    return _text;
}

Device::Device(Wire wire) : _link(std::move(wire)) {
    if (!isOfType(_link.receive(), "register")) {
        throw std::runtime_error("the client does not begin with its registration");
    }
    _link.send(acknowledgement);
}

bool Device::isHeartbeat(const Link::Message& message) {
    if (!isOfType(message, "heartbeat")) {
        return false;
    }
    _link.send(acknowledgement);
    return true;
}

Link::Message Device::answer(int results) {
    Link::Message message = _link.receive();
    while (isHeartbeat(message)) {
        message = _link.receive();
    }
    const bool whole = message.size == message.head.size();
    // The floor bounces its request: of a large message only the size is looked at.
    if (whole && (!isOfType(message, "command_results") || countSuccesses(message.head) != results)) {
        throw std::runtime_error("not the answer that was expected: " + std::string(message.head.substr(0, 2000)));
    }
    return message;
}

Link::Message Device::call(Command& command) {
    send(command);
    return answer(command.results());
}

std::string Device::callForText(Command& command) {
    send(command);
    std::string text;
    _link.receive(&text);
    return text;
}

void Device::awaitHeartbeat() {
    while (!isHeartbeat(_link.receive())) {
    }
}

unsigned Device::serveFor(std::chrono::milliseconds time) {
    const auto end = std::chrono::steady_clock::now() + time;
    unsigned heartbeats = 0;
    while (const auto message = _link.receiveUntil(end)) {
        heartbeats += isHeartbeat(*message) ? 1 : 0;
    }
    return heartbeats;
}

std::string_view sessionOf(const Link::Message& answer) {
    constexpr std::string_view member = R"("session_id":")";
    const std::size_t begin = answer.head.find(member) + member.size();
    return answer.head.substr(begin, answer.head.find('"', begin) - begin);
}

}  // namespace aip::bench
