#include "honest_floor.h"

#include "base/clock.h"
#include "transport/frame.h"

#include <fmt/format.h>
#include <simdjson.h>

#include <cstring>
#include <iterator>
#include <vector>

namespace aip::bench {
namespace {

using namespace std::literals;
namespace ondemand = simdjson::ondemand;

constexpr transport::MaskKey key{'a', 'i', 'p', '!'};

struct Action {
    std::string_view tool;
    std::string_view callId;
    std::string_view text;  ///< of echo, with its quotes
    std::uint64_t size = 0;
};

struct Command {
    bool isCommand = false;
    std::string_view status;
    std::string_view session;
    std::string_view responseId;
    std::vector<Action> actions;
};

/// Empty if it is not a string.
std::string_view string(ondemand::value value) {
    std::string_view text;
    return value.get_string().get(text) == simdjson::SUCCESS ? text : std::string_view();
}

void readParameters(ondemand::value value, Action& action) {
    for (auto field : value.get_object()) {
        const std::string_view name = field.unescaped_key();
        if (name == "text") {
            const std::string_view token = field.value().raw_json_token();
            action.text = token.substr(0, token.rfind('"') + 1);
        } else if (name == "size") {
            action.size = field.value().get_uint64();
        }
    }
}

Action readAction(ondemand::value value) {
    Action action;
    for (auto field : value.get_object()) {
        const std::string_view name = field.unescaped_key();
        if (name == "tool_name") {
            action.tool = string(field.value());
        } else if (name == "call_id") {
            action.callId = string(field.value());
        } else if (name == "parameters") {
            readParameters(field.value(), action);
        }
    }
    return action;
}

void readField(std::string_view name, ondemand::value value, Command& command) {
    if (name == "type") {
        command.isCommand = string(value) == "command";
    } else if (name == "status") {
        command.status = string(value);
    } else if (name == "session_id") {
        command.session = string(value);
    } else if (name == "response_id") {
        command.responseId = string(value);
    } else if (name == "actions") {
        ondemand::array actions;
        if (value.get_array().get(actions) == simdjson::SUCCESS) {
            for (auto action : actions) {
                command.actions.push_back(readAction(action.value()));
            }
        }
    }
}

void writeResult(const Action& action, std::string& out) {
    out += R"({"status":"success","error":null,"result":)"sv;
    if (action.tool == "echo") {
        out += action.text;
    } else if (action.tool == "blob") {
        out += '"';
        out.append(action.size, 'x');
        out += '"';
    } else {
        out += "null"sv;
    }
    out += R"(,"namespace":"Bench","call_id":")"sv;
    out += action.callId;
    out += "\"}"sv;
}

}  // namespace

struct HonestFloor::Reader {
    ondemand::parser parser;
    Command command;

    void read(std::string_view text) {
        command.isCommand = false;
        command.actions.clear();
        auto document = parser.iterate(simdjson::padded_string_view(text, text.size() + commandPadding));
        for (auto field : document.get_object()) {
            readField(field.unescaped_key(), field.value(), command);
        }
    }
};

HonestFloor::HonestFloor() : _reader(std::make_unique<Reader>()) {}
HonestFloor::~HonestFloor() = default;

std::string_view HonestFloor::answer(std::string_view command) {
    _reader->read(command);
    const Command& read = _reader->command;
    if (!read.isCommand) {
        return {};
    }
    writeHead(read.status, read.session);
    for (const Action& action : read.actions) {
        _out += &action == &read.actions.front() ? ""sv : ","sv;
        writeResult(action, _out);
    }
    writeTail(read.responseId);
    return frame();
}

void HonestFloor::writeHead(std::string_view status, std::string_view session) {
    _out.assign(transport::maxFrameHeader, '\0');
    fmt::format_to(std::back_inserter(_out),
                   R"({{"type":"command_results","status":"{}","client_type":"device","session_id":"{}",)"
                   R"("task_name":null,"client_id":"aip-bench","target_id":null,"request":null,"action_results":[)",
                   status, session);
}

void HonestFloor::writeTail(std::string_view responseId) {
    fmt::format_to(std::back_inserter(_out),
                   R"(],"timestamp":"{}","request_id":"00000000-0000-4000-8000-{:012}","prev_response_id":"{}",)"
                   R"("error":null,"metadata":null}})",
                   base::timestamp(std::chrono::system_clock::now()), ++_answers, responseId);
}

std::string_view HonestFloor::frame() {
    const std::size_t size = _out.size() - transport::maxFrameHeader;
    char* const payload = _out.data() + transport::maxFrameHeader;
    char header[transport::maxFrameHeader];
    const std::size_t length = transport::writeHeader(header, true, transport::Opcode::text, size, key);
    transport::maskCopy(payload, {payload, size}, key, 0);
    std::memcpy(payload - length, header, length);
    return {payload - length, length + size};
}

}  // namespace aip::bench
