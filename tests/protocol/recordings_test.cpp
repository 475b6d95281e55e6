// Everything the reference server was ever recorded to send decodes, and everything the reference client was recorded
// to send is, field by field, what we would send.

#include "protocol/decoder.h"
#include "protocol/encoder.h"

#include <Poco/Dynamic/Var.h>
#include <Poco/JSON/Array.h>
#include <Poco/JSON/Object.h>
#include <Poco/JSON/Parser.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <numeric>
#include <string>
#include <vector>

using namespace aip::protocol;
using Poco::JSON::Object;

namespace {

struct Line {
    std::string where;
    Object::Ptr object;
    Object::Ptr message;  // null where there is none or it is no object
};

std::vector<Line> recorded(const std::string& direction) {
    std::vector<Line> lines;
    for (const auto& file : std::filesystem::directory_iterator(RECORDINGS)) {
        std::ifstream in(file.path());
        std::string text;
        for (int number = 1; std::getline(in, text); ++number) {
            Poco::JSON::Parser parser(new Poco::JSON::ParseHandler(true));
            auto object = parser.parse(text).extract<Object::Ptr>();
            if (object->getValue<std::string>("dir") == direction) {
                lines.push_back({file.path().filename().string() + ":" + std::to_string(number), object,
                                 object->isObject("msg") ? object->getObject("msg") : nullptr});
            }
        }
    }
    return lines;
}

std::string textOf(const Object& object) {
    std::ostringstream out;
    object.stringify(out);
    return out.str();
}

std::string text(const Object::Ptr& message, const std::string& key) {
    return message->isNull(key) ? "" : message->getValue<std::string>(key);
}

std::optional<std::string> optional(const Object::Ptr& message, const std::string& key) {
    return message->isNull(key) ? std::nullopt : std::optional(message->getValue<std::string>(key));
}

std::string json(const Poco::Dynamic::Var& value) {
    std::ostringstream out;
    Poco::JSON::Stringifier::stringify(value, out);
    return out.str();
}

std::vector<ActionResult> results(const Object::Ptr& message) {
    std::vector<ActionResult> list;
    const auto array = message->getArray("action_results");
    for (std::size_t i = 0; i < array->size(); ++i) {
        const auto entry = array->getObject(static_cast<unsigned>(i));
        const auto status = text(entry, "status");
        list.push_back({status == "success"   ? ResultStatus::success
                        : status == "failure" ? ResultStatus::failure
                                              : ResultStatus::skipped,
                        optional(entry, "error"), json(entry->get("result")), optional(entry, "namespace"),
                        optional(entry, "call_id")});
    }
    return list;
}

/// What we send where the reference sent `message`.
Pieces ours(const Object::Ptr& message) {
    const Encoder encoder(text(message, "client_id"));
    const auto type = text(message, "type");
    const auto now = text(message, "timestamp");
    if (type == "register") {
        return encoder.registration(textOf(*message->getObject("metadata")), now);
    }
    if (type == "heartbeat") {
        return encoder.heartbeat(now);
    }
    if (type == "task") {
        return encoder.task({optional(message, "request"), text(message, "task_name"), optional(message, "session_id"),
                             text(message->getObject("metadata"), "platform")},
                            text(message, "request_id"), now);
    }
    return encoder.commandResults(
        {*parseStatus(text(message, "status")), optional(message, "session_id"), optional(message, "prev_response_id")},
        results(message), text(message, "request_id"), now);
}

bool isFromTheReferenceClient(const Line& line) {
    return line.message && line.message->has("prev_response_id") && !line.object->has("raw") &&
           text(line.message, "client_type") == "device";
}

}  // namespace

TEST(Recordings, everythingTheServerSentDecodes) {
    Decoder decoder;
    std::size_t messages = 0;
    for (const auto& line : recorded("s2c")) {
        if (!line.message || !line.message->has("status") || text(line.message, "type") == "bogus") {
            continue;  // the recordings' own probes of what is not valid
        }
        Decoded result = decoder.decode(textOf(*line.message));
        if (const auto* fault = std::get_if<DecodeFault>(&result)) {
            ADD_FAILURE() << line.where << ": " << fault->text;
            continue;
        }
        const auto& message = *std::get<ServerMessagePtr>(result);
        EXPECT_EQ(name(message.type), text(line.message, "type")) << line.where;
        EXPECT_EQ(name(message.status), text(line.message, "status")) << line.where;
        EXPECT_EQ(message.sessionId.value_or(""), text(line.message, "session_id")) << line.where;
        EXPECT_EQ(message.responseId.value_or(""), text(line.message, "response_id")) << line.where;
        const auto actions = line.message->getArray("actions");
        EXPECT_EQ(message.actions.size(), actions ? actions->size() : 0) << line.where;
        ++messages;
    }
    EXPECT_GT(messages, 100U);
}

TEST(Recordings, whatTheReferenceClientSentIsWhatWeSend) {
    std::size_t messages = 0;
    for (const auto& line : recorded("c2s")) {
        if (!isFromTheReferenceClient(line)) {
            continue;
        }
        const Pieces pieces = ours(line.message);
        const std::string sent = std::accumulate(pieces.begin(), pieces.end(), std::string());
        Poco::JSON::Parser parser(new Poco::JSON::ParseHandler(true));
        const auto object = parser.parse(sent).extract<Object::Ptr>();
        EXPECT_EQ(object->getNames(), line.message->getNames()) << line.where;
        EXPECT_EQ(textOf(*object), textOf(*line.message)) << line.where;
        ++messages;
    }
    EXPECT_GT(messages, 50U);
}

TEST(Recordings, probesOfInvalidMessagesAreFaults) {
    Decoder decoder;
    std::size_t probes = 0;
    for (const auto& line : recorded("s2c")) {
        const bool invalid = line.message && (!line.message->has("status") || text(line.message, "type") == "bogus");
        if (invalid || !line.message) {
            const auto raw = line.message ? textOf(*line.message) : line.object->getValue<std::string>("raw");
            EXPECT_TRUE(std::holds_alternative<DecodeFault>(decoder.decode(raw))) << line.where;
            ++probes;
        }
    }
    EXPECT_GE(probes, 3U);
}
