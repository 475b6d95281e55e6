#include "protocol/decoder.h"

#include "protocol/message_memory.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

using namespace aip::protocol;
using testing::HasSubstr;
using testing::StartsWith;

namespace {

ServerMessagePtr decoded(const std::string& text) {
    Decoder decoder;
    Decoded result = decoder.decode(text);
    if (auto* fault = std::get_if<DecodeFault>(&result)) {
        ADD_FAILURE() << fault->text << "\nin " << text.substr(0, 200);
        return std::make_shared<ServerMessage>();
    }
    return std::get<ServerMessagePtr>(std::move(result));
}

DecodeFault faultOf(const std::string& text) {
    Decoder decoder;
    Decoded result = decoder.decode(text);
    auto* fault = std::get_if<DecodeFault>(&result);
    if (fault == nullptr) {
        ADD_FAILURE() << "accepted: " << text.substr(0, 200);
        return {};
    }
    return *fault;
}

std::string command(const std::string& actions) {
    return R"({"type":"command","status":"continue","actions":)" + actions +
           R"(,"session_id":"s","response_id":"r-1"})";
}

std::string nested(int depth) {
    return std::string(static_cast<std::size_t>(depth), '[') + std::string(static_cast<std::size_t>(depth), ']');
}

}  // namespace

TEST(Decoder, readsACommandWithoutTouchingItsParameters) {
    const auto message = decoded(
        command(R"([{"tool_name":"echo","parameters": {"payload" : "x\ny"} ,"tool_type":"action","call_id":"c-1"}])"));
    ASSERT_EQ(message->actions.size(), 1U);
    EXPECT_EQ(message->type, ServerType::command);
    EXPECT_EQ(message->status, Status::continues);
    EXPECT_EQ(message->sessionId, "s");
    EXPECT_EQ(message->responseId, "r-1");
    EXPECT_EQ(message->actions[0].toolName, "echo");
    EXPECT_EQ(message->actions[0].toolType, "action");
    EXPECT_EQ(message->actions[0].callId, "c-1");
    EXPECT_EQ(message->actions[0].parameters, R"({"payload" : "x\ny"})");
}

TEST(Decoder, viewsPointIntoTheMessageUnlessThereAreEscapes) {
    const auto message =
        decoded(R"({"type":"task","status":"continue","user_request":"a\u00e9\n","task_name":"plain"})");
    const char* begin = message->text.data();
    EXPECT_EQ(message->userRequest, "a\xC3\xA9\n");
    EXPECT_TRUE(message->taskName->data() > begin && message->taskName->data() < begin + message->text.size());
}

TEST(Decoder, takesNullAndAbsentForTheSame) {
    const auto message = decoded(R"({"type":"command","status":"ok","actions":null,"session_id":null})");
    EXPECT_TRUE(message->actions.empty());
    EXPECT_FALSE(message->sessionId);
    EXPECT_FALSE(message->agentName);
    EXPECT_EQ(decoded(command(R"([{"tool_name":"noop","parameters":null}])"))->actions[0].parameters, "{}");
}

TEST(Decoder, keepsAnyResultAsText) {
    EXPECT_EQ(decoded(R"({"type":"task_end","status":"failed","result": {"a":[1, 2]} })")->result, R"({"a":[1, 2]})");
    EXPECT_EQ(decoded(R"({"type":"task_end","status":"failed","result": 12 ,"x":1})")->result, "12");
    EXPECT_EQ(decoded(R"({"type":"task_end","status":"failed","result":"t\"x" })")->result, R"("t\"x")");
}

TEST(Decoder, ignoresUnknownKeysWhateverTheyHold) {
    decoded(R"({"type":"heartbeat","more":{"a":[{}]},"status":"ok","other":[1,"x",null]})");
    EXPECT_EQ(decoded(command(R"([{"tool_name":"noop","more":[{}],"call_id":"c"}])"))->actions[0].callId, "c");
}

TEST(Decoder, acceptsNestingUpToTheLimit) {
    decoded(R"({"type":"heartbeat","status":"ok","result":)" + nested(maxNesting - 1) + "}");
    EXPECT_THAT(faultOf(R"({"type":"heartbeat","status":"ok","result":)" + nested(maxNesting) + "}").text,
                StartsWith("result: is nested deeper than 256"));
    EXPECT_THAT(faultOf(command(R"([{"tool_name":"n","parameters":{"a":)" + nested(100'000) + "}}]")).text,
                StartsWith("actions[0].parameters: is nested deeper than 256"));
}

TEST(Decoder, neverAnswersAMalformedErrorMessage) {
    EXPECT_FALSE(faultOf(R"({"type":"error","status":7})").answerable);
    EXPECT_FALSE(faultOf(R"({"status":7,"type":"error"})").answerable);
    EXPECT_TRUE(faultOf(R"({"type":"task","status":7})").answerable);
    EXPECT_TRUE(faultOf(R"({"type":"bogus","status":"ok"})").answerable);
    EXPECT_TRUE(faultOf(R"({"type":7,"status":"ok"})").answerable);
}

TEST(Decoder, findsTheResponseIdBehindAFault) {
    EXPECT_EQ(faultOf(command(R"([{"tool_name":7}])")).responseId, "r-1");
    EXPECT_EQ(faultOf(command(R"({"tool_name":"x"})")).responseId, "r-1");
    EXPECT_EQ(faultOf(R"({"response_id":"r-9","type":"command"})").responseId, "r-9");
}

struct FaultRow {
    const char* what;
    std::string text;
    std::string fault;
};

class DecoderFault : public testing::TestWithParam<FaultRow> {};

TEST_P(DecoderFault, namesTheField) {
    EXPECT_THAT(faultOf(GetParam().text).text, HasSubstr(GetParam().fault));
}

INSTANTIATE_TEST_SUITE_P(
    Rows, DecoderFault,
    testing::Values(
        FaultRow{"notJson", "hello", "not valid JSON"}, FaultRow{"empty", "", "not valid JSON"},
        FaultRow{"blank", "   ", "not valid JSON"}, FaultRow{"array", "[]", "expected an object, got an array"},
        FaultRow{"scalar", "7", "expected an object, got a number"},
        FaultRow{"null", " null ", "expected an object, got null"},
        FaultRow{"string", R"("{}")", "expected an object, got a string"},
        FaultRow{"boolean", "false", "expected an object, got a boolean"},
        FaultRow{"fullArray", R"([{"type":"task"},[1,"x"]])", "expected an object, got an array"},
        FaultRow{"openArray", R"([{"type":"task"})", "not valid JSON"}, FaultRow{"halfNull", "nul", "not valid JSON"},
        FaultRow{"twoValues", "7 8", "not valid JSON"}, FaultRow{"arrayAndMore", "[] []", "not valid JSON"},
        FaultRow{"stringAndMore", R"("a" "b")", "not valid JSON"},
        FaultRow{"truncated", R"({"type":"task","status":)", "not valid JSON"},
        FaultRow{"unclosed", R"({"type":"task","status":"ok")", "not valid JSON"},
        FaultRow{"trailing", R"({"type":"heartbeat","status":"ok"} x)", "not valid JSON"},
        FaultRow{"moreBehind", R"({"type":"heartbeat","status":"ok"}{})", "more text behind"},
        FaultRow{"byteOrderMark", "\xEF\xBB\xBF{\"type\":\"heartbeat\",\"status\":\"ok\"}", "not valid JSON"},
        FaultRow{"badUtf8", "{\"type\":\"heartbeat\",\"status\":\"ok\",\"x\":\"\xFF\"}", "not valid JSON"},
        FaultRow{"loneSurrogate", R"({"type":"error","status":"ok","error":"\ud800"})", "error: "},
        FaultRow{"noType", R"({"status":"ok"})", "type: is missing"},
        FaultRow{"nullType", R"({"type":null,"status":"ok"})", "type: must not be null"},
        FaultRow{"unknownType", R"({"type":"bogus","status":"ok"})", "type: unknown value \"bogus\""},
        FaultRow{"noStatus", R"({"type":"heartbeat"})", "status: is missing"},
        FaultRow{"unknownStatus", R"({"type":"heartbeat","status":"fine"})", "status: unknown value \"fine\""},
        FaultRow{"wrongStatusType", R"({"type":"heartbeat","status":{}})", "status: expected a string, got an object"},
        FaultRow{"wrongSessionType", R"({"type":"task","status":"ok","session_id":7})",
                 "session_id: expected a string, got a number"},
        FaultRow{"wrongActionsType", command(R"({"a":1})"), "actions: expected an array, got an object"},
        FaultRow{"wrongActionType", command(R"([7])"), "actions[0]: expected an object, got a number"},
        FaultRow{"noToolName", command(R"([{"tool_name":"a"},{}])"), "actions[1].tool_name: is missing"},
        FaultRow{"nullToolName", command(R"([{"tool_name":null}])"), "actions[0].tool_name: must not be null"},
        FaultRow{"wrongParametersType", command(R"([{"tool_name":"a","parameters":[1]}])"),
                 "actions[0].parameters: expected an object, got an array"},
        FaultRow{"wrongCallIdType", command(R"([{"tool_name":"a","call_id":true}])"),
                 "actions[0].call_id: expected a string, got a boolean"},
        FaultRow{"duplicateType", R"({"type":"task","type":"task","status":"ok"})", "type: this key stands twice"},
        FaultRow{"duplicateEscaped", R"({"type":"task","\u0074ype":"task","status":"ok"})",
                 "type: this key stands twice"},
        FaultRow{"duplicateActions", R"({"type":"task","status":"ok","actions":[],"actions":[]})",
                 "actions: this key stands twice"},
        FaultRow{"duplicateToolName", command(R"([{"tool_name":"a","tool_name":"b"}])"),
                 "actions[0].tool_name: this key stands twice"},
        FaultRow{"missingColon", R"({"type" "task","status":"ok"})", "not valid JSON"},
        FaultRow{"badParameters", command(R"([{"tool_name":"a","parameters":{"a" 1}}])"), "not valid JSON"}),
    [](const auto& row) { return std::string(row.param.what); });

TEST(Decoder, saysOfEveryFaultWhetherTheTextIsUtf8) {
    for (const std::string bad : {"\xFF", "\xC0\x80", "\xC3", "\xED\xA0\x80", "\xE2\x82", "\x80", "\xF4\x90\x80\x80"}) {
        for (const std::string& text :
             {bad, "{" + bad + "}", R"({"type":"heartbeat","status":"ok","x":")" + bad + "\"}", R"({"type":")" + bad,
              R"({"type":"heartbeat","status":"ok"} )" + bad, "[" + std::string(1'000, ' ') + bad + "\"",
              R"({"type":"task","type":"task",")" + bad + "\":1}"}) {
            EXPECT_TRUE(faultOf(text).notUtf8) << text;
        }
    }
    for (const std::string text : {"", " ", "{", "\xC3\xA9", R"({"type":"\xC3\xA9"})", R"("open)"}) {
        EXPECT_FALSE(faultOf(text).notUtf8) << text;
    }
}

TEST(Decoder, survivesEveryTruncationOfAMessage) {
    const std::string whole = command(R"([{"tool_name":"echo","parameters":{"a":[1,{"b":"c\n"}]},"call_id":"x"}])");
    decoded(whole);
    for (std::size_t size = 0; size < whole.size(); ++size) {
        faultOf(whole.substr(0, size));
    }
}

TEST(Decoder, survivesEveryFlippedByteOfAMessage) {
    const std::string whole = command(R"([{"tool_name":"echo","parameters":{"a":[1,{"b":"c\n"}]},"call_id":"x"}])");
    Decoder decoder;
    std::size_t accepted = 0;
    for (std::size_t at = 0; at < whole.size(); ++at) {
        for (const char byte : {'\0', '"', '\\', '{', '}', '[', ']', ',', ':', '\xFF', '7'}) {
            std::string flipped = whole;
            flipped[at] = byte;
            accepted += std::holds_alternative<ServerMessagePtr>(decoder.decode(flipped)) ? 1U : 0U;
        }
    }
    EXPECT_LT(accepted, whole.size() * 11);
}

TEST(Decoder, readsTheAnnouncementsOfABinaryTransfer) {
    // In the reference's order: the type may come after the fields whose meaning it decides.
    const auto piece = decoded(R"({"chunk_num":0,"chunk_size":3,"type":"binary_data","size":3,"timestamp":"t"})");
    EXPECT_EQ(piece->type, ServerType::binaryData);
    ASSERT_TRUE(piece->announcement);
    EXPECT_EQ(piece->announcement->chunkNumber, 0U);
    EXPECT_EQ(piece->announcement->chunkSize, 3U);
    EXPECT_EQ(piece->announcement->size, 3U);
    EXPECT_FALSE(piece->announcement->filename);

    const auto start =
        decoded(R"({"type":"file_transfer_start","filename":"a\"b","size":18446744073709551615,"total_chunks":2,)"
                R"("mime_type":null,"session_id":"s"})");
    EXPECT_EQ(start->announcement->filename, "a\"b");
    EXPECT_EQ(start->announcement->size, 18446744073709551615U);
    EXPECT_EQ(start->announcement->totalChunks, 2U);
    EXPECT_EQ(start->announcement->sessionId, "s");
    EXPECT_FALSE(start->announcement->mimeType);

    const auto complete = decoded(R"({"type":"file_transfer_complete","checksum":"0f"})");
    EXPECT_EQ(complete->type, ServerType::fileTransferComplete);
    EXPECT_EQ(complete->announcement->checksum, "0f");
}

TEST(Decoder, readsTheFieldsOfAnAnnouncementInNoOtherMessage) {
    EXPECT_FALSE(decoded(R"({"type":"task","status":"ok","size":"large","chunk_num":-1})")->announcement);
}

INSTANTIATE_TEST_SUITE_P(
    Announcement, DecoderFault,
    testing::Values(
        FaultRow{"negativeSize", R"({"type":"binary_data","size":-1})", "size: expected a whole number"},
        FaultRow{"fractionalSize", R"({"type":"binary_data","size":1.5})", "size: expected a whole number"},
        FaultRow{"hugeSize", R"({"type":"binary_data","size":18446744073709551616})", "size: expected a whole number"},
        FaultRow{"wrongNameType", R"({"type":"file_transfer_start","filename":["a"]})", "filename: expected a string"},
        FaultRow{"badEscape", R"({"type":"file_transfer_start","filename":"\ud800"})", "filename: expected a string"},
        FaultRow{"duplicateSize", R"({"type":"binary_data","size":1,"size":2})", "size: this key stands twice"},
        FaultRow{"wrongSession", R"({"type":"binary_data","session_id":7})",
                 "session_id: expected a string, got a number"}),
    [](const auto& row) { return std::string(row.param.what); });

namespace {

std::string ofSize(std::size_t size, char letter = 'x') {
    return std::string(size, letter);
}

std::string manyActions(std::size_t count) {
    std::string actions = "[";
    for (std::size_t i = 0; i < count; ++i) {
        actions += i == 0 ? R"({"tool_name":""})" : R"(,{"tool_name":""})";
    }
    return actions + "]";
}

std::string id(const std::string& key, std::size_t size) {
    return R"({"type":"command","status":"continue","response_id":"r","actions":[{"tool_name":"t"}],")" + key +
           R"(":")" + ofSize(size) + "\"}";
}

std::string inAction(const std::string& key, std::size_t size) {
    const std::string name = key == "tool_name" ? "" : R"("tool_name":"t",)";
    return command("[{" + name + "\"" + key + R"(":")" + ofSize(size) + "\"}]");
}

}  // namespace

TEST(DecoderLimits, anIdIsShownUpToTheLimit) {
    EXPECT_EQ(shown(std::nullopt), "-");
    EXPECT_EQ(shown(std::string(maxIdSize, 's')), std::string(maxIdSize, 's'));
    EXPECT_EQ(shown(std::string(100'000, 's')), std::string(maxIdSize, 's') + "... (100000 bytes)");
}

TEST(DecoderLimits, takesACommandOfExactlyTheLimits) {
    EXPECT_EQ(decoded(command(manyActions(maxActions)))->actions.size(), maxActions);
    for (const auto* key : {"agent_name", "root_name", "process_name", "session_id", "task_name"}) {
        EXPECT_EQ(decoded(id(key, maxIdSize))->excess, "") << key;
    }
    for (const auto* key : {"tool_name", "tool_type", "call_id"}) {
        EXPECT_EQ(decoded(inAction(key, maxIdSize))->excess, "") << key;
    }
}

TEST(DecoderLimits, aCommandBeyondThemHasNoActionsAndNamesTheLimit) {
    const auto many = decoded(command(manyActions(maxActions + 1)));
    EXPECT_EQ(many->excess, "actions: 1001 actions, at most 1000 are taken");
    EXPECT_TRUE(many->actions.empty());
    EXPECT_EQ(many->responseId, "r-1");
    EXPECT_EQ(decoded(command(manyActions(100'000)))->excess, "actions: 100000 actions, at most 1000 are taken");
    for (const auto* key : {"agent_name", "root_name", "process_name", "session_id", "task_name"}) {
        EXPECT_EQ(decoded(id(key, 1'025))->excess, key + std::string(": 1025 bytes, at most 1024 are taken"));
    }
    for (const auto* key : {"tool_name", "tool_type", "call_id"}) {
        EXPECT_EQ(decoded(inAction(key, 200'000))->excess,
                  "actions[0]." + std::string(key) + ": 200000 bytes, at most 1024 are taken");
    }
}

TEST(DecoderLimits, aResponseIdBeyondThemIsAFault) {
    const auto fault = faultOf(R"({"type":"command","status":"continue","response_id":")" + ofSize(1'025) + "\"}");
    EXPECT_EQ(fault.text, "response_id: 1025 bytes, at most 1024 are taken");
    EXPECT_EQ(fault.responseId, "");
    EXPECT_TRUE(fault.answerable);
}

TEST(DecoderLimits, anyOtherMessageBeyondThemIsAFault) {
    for (const auto* type : {"task", "task_end", "heartbeat", "device_info_request", "file_transfer_start"}) {
        const auto fault =
            faultOf(R"({"type":")" + std::string(type) + R"(","status":"ok","session_id":")" + ofSize(2'000) + "\"}");
        EXPECT_EQ(fault.text, "session_id: 2000 bytes, at most 1024 are taken") << type;
    }
    EXPECT_THAT(faultOf(R"({"type":"binary_data","filename":")" + ofSize(2'000) + "\"}").text,
                StartsWith("filename: 2000 bytes"));
}

TEST(DecoderLimits, aMessageOfTooManyValuesIsAFaultWhereverTheyStand) {
    const auto values = [](std::size_t count) {
        std::string text = "[0";
        for (std::size_t i = 1; i < count; ++i) {
            text += ",0";
        }
        return text + "]";
    };
    const std::string tooMany = values(maxValues);
    const std::string head = R"({"type":"heartbeat","status":"ok","x":)";
    EXPECT_THAT(faultOf(head + tooMany + "}").text, HasSubstr("more than 4000000 values"));
    EXPECT_THAT(faultOf(command(R"([{"tool_name":"t","parameters":{"a":)" + tooMany + "}}]")).text,
                HasSubstr("actions[0].parameters: the message has more than 4000000 values"));
    decoded(head + values(maxValues - 1) + "}");
}

TEST(DecoderLimits, textsOfPeopleMayBeLong) {
    EXPECT_EQ(decoded(R"({"type":"task","status":"ok","user_request":")" + ofSize(100'000) + "\"}")
                  ->userRequest.value_or("")
                  .size(),
              100'000U);
}

TEST(DecoderMemory, aCommandKeepsNoTextThatItDoesNotNeed) {
    const std::string parameters = R"({"command":"uname -a"})";
    const auto message = decoded(
        R"({"type":"command","status":"continue","user_request":"\n)" + ofSize(1U << 20U) +
        R"(","agent_name":"A","root_name":"R","process_name":"P","session_id":"s\u0041","task_name":"t","response_id":"r",)"
        R"("actions":[{"tool_name":"x","tool_type":"action","call_id":"c","parameters":)" +
        parameters + R"(},{"tool_name":"y"}],"junk":")" + ofSize(1U << 20U) + "\"}");
    EXPECT_LT(heldBytes(*message), 10'000U);
    EXPECT_EQ(message->type, ServerType::command);
    EXPECT_EQ(message->status, Status::continues);
    EXPECT_EQ(message->agentName, "A");
    EXPECT_EQ(message->rootName, "R");
    EXPECT_EQ(message->processName, "P");
    EXPECT_EQ(message->sessionId, "sA");
    EXPECT_EQ(message->taskName, "t");
    EXPECT_EQ(message->responseId, "r");
    ASSERT_EQ(message->actions.size(), 2U);
    EXPECT_EQ(message->actions[0].toolName, "x");
    EXPECT_EQ(message->actions[0].toolType, "action");
    EXPECT_EQ(message->actions[0].callId, "c");
    EXPECT_EQ(message->actions[0].parameters, parameters);
    EXPECT_EQ(message->actions[1].parameters, "{}");
    EXPECT_FALSE(message->actions[1].callId);
}

TEST(DecoderMemory, aCommandThatNeedsMostOfItsTextIsNotCopied) {
    aip::base::ByteBuffer text;
    text.reserve((1U << 20U) + 1'000);  // as the transport does, so that the decoder need not
    text.append(command(R"([{"tool_name":"x","parameters":{"a":")" + ofSize(1U << 20U) + R"("}}])"));
    const auto message = std::get<ServerMessagePtr>(Decoder().decode(std::move(text)));
    EXPECT_TRUE(message->text.view().starts_with('{'));
    EXPECT_GT(heldBytes(*message), 1U << 20U);
}
