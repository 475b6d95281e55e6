#include "raw_plugin.h"

#include <gtest/gtest.h>

#include <array>
#include <thread>

namespace {

using aip::tests::RawCall;
using aip::tests::RawPlugin;

class Wrapper : public ::testing::Test {
  protected:
    void SetUp() override { ASSERT_EQ(zoo.start(), AIP_OK); }

    void expectResult(std::string_view tool, std::string_view parameters, std::string_view result) {
        const auto answer = zoo.execute(tool, parameters);
        EXPECT_EQ(answer.status, AIP_OK) << tool << parameters << answer.error;
        EXPECT_EQ(answer.result, result) << tool << parameters;
    }

    /// `value` comes back as it was, or as `result`.
    void expectSame(std::string_view tool, const std::string& value, std::string_view result = {}) {
        expectResult(tool, "{\"value\":" + value + "}", result.empty() ? value : result);
    }

    void expectInvalid(std::string_view tool, std::string_view parameters, std::string_view error) {
        const auto answer = zoo.execute(tool, parameters);
        EXPECT_EQ(answer.status, AIP_INVALID) << tool << parameters << answer.result;
        EXPECT_EQ(answer.error, error);
        EXPECT_EQ(answer.result, "");
    }

    RawPlugin zoo{ZOO};
};

TEST_F(Wrapper, fillsTheEntryAndTheTables) {
    EXPECT_EQ(zoo.entry().struct_size, sizeof(aip_plugin_entry));
    EXPECT_EQ(zoo.entry().abi_major, AIP_ABI_MAJOR);
    EXPECT_EQ(zoo.entry().abi_minor, AIP_ABI_MINOR);
    EXPECT_EQ(zoo.entry().abi_minor_required, 0U);
    EXPECT_STREQ(zoo.entry().id, "org.example.zoo");
    EXPECT_STREQ(zoo.entry().version, "1.2.3");
    EXPECT_EQ(zoo.get()->struct_size, sizeof(aip_plugin));
    EXPECT_EQ(zoo.extension<aip_command_executor>(AIP_EXT_COMMAND_EXECUTOR)->struct_size, sizeof(aip_command_executor));
    EXPECT_EQ(zoo.extension<aip_device_info>(AIP_EXT_DEVICE_INFO)->struct_size, sizeof(aip_device_info));
    EXPECT_EQ(zoo.extension<aip_manifest>(AIP_EXT_MANIFEST)->struct_size, sizeof(aip_manifest));
}

TEST_F(Wrapper, offersTheAuthorsOwnExtensionsAndNoOthers) {
    EXPECT_EQ(*zoo.extension<int>("org.example.answer/1"), 42);
    EXPECT_EQ(zoo.extension<int>("org.example.answer/2"), nullptr);
    EXPECT_EQ(zoo.extension<int>(""), nullptr);
}

TEST_F(Wrapper, passesArgumentsInAnyOrderAndFillsInDefaults) {
    expectResult("greet", R"({"name":"Ada"})", R"("call-7: Hello Ada x1")");
    expectResult("greet", R"({"times":3,"name":"Ad\u0061 \"\\"})", R"("call-7: Hello Ada \"\\ x3")");
    expectResult("join", R"({"words":["a","b"]})", R"("a b")");
    expectResult("join", R"( { "separator" : "-" , "words" : [ "a" , "b" ] } )", R"("a-b")");
    expectResult("size", R"({})", "4");
    expectResult("size", R"({"text":"abc\n"})", "4");
    expectResult("nothing", "{}", "null");
    expectResult("nothing", "", "null");
}

TEST_F(Wrapper, takesNullForTheDefault) {
    expectResult("join", R"({"words":["a","b"],"separator":null})", R"("a b")");
    expectResult("join", R"({"separator": null ,"words":["a","b"]})", R"("a b")");
    expectResult("size", R"({"text":null})", "4");
    expectSame("struct", R"({"name":"n","points":[],"color":null})", R"({"name":"n","points":[],"color":"green"})");
    expectInvalid("join", R"({"words":null})", "parameter: words: expected an array");
    expectInvalid("size", R"({"text":null,"text":"four"})", "parameter: text: given twice");
}

TEST_F(Wrapper, namesTheArgumentThatIsMissingUnknownRepeatedOrIllTyped) {
    expectInvalid("greet", "{}", "parameter 'name': missing");
    expectInvalid("greet", R"({"name":"Ada","size":1})", "parameter: size: unknown");
    expectInvalid("greet", R"({"name":"Ada","name":"Bob"})", "parameter: name: given twice");
    expectInvalid("greet", R"({"name":null})", "parameter: name: expected a string");
    expectInvalid("bool", R"({"value":1})", "parameter: value: expected true or false");
    expectInvalid("double", R"({"value":"1"})", "parameter: value: expected a number");
    expectInvalid("map", R"({"value":{"a":1,"b":"x"}})",
                  "parameter: value: b: expected an integer from -2147483648 to 2147483647");
    expectInvalid("struct", R"({"value":{"name":"n","points":[{"x":1},{"y":2}]}})",
                  "parameter: value: points: [1]: x: missing");
    expectInvalid("enum", R"({"value":"blue"})", "parameter: value: expected one of red, green");
    EXPECT_EQ(zoo.execute("greet", "[]").status, AIP_INVALID);
    EXPECT_EQ(zoo.execute("greet", "{\"name\":").status, AIP_INVALID);
    EXPECT_EQ(zoo.execute("greet", "{\"name\":\"\xFF\"}").status, AIP_INVALID);
}

TEST_F(Wrapper, keepsIntegersWithinTheirType) {
    const std::string expected = "parameter: value: expected an integer from ";
    for (const auto* value : {"-128", "127", "0"}) {
        expectSame("int8", value);
    }
    for (const auto* value : {"-129", "128", "1.5", "1e3", "\"1\"", "true", "99999999999999999999999"}) {
        expectInvalid("int8", "{\"value\":" + std::string(value) + "}", expected + "-128 to 127");
    }
    expectSame("int64", "-9223372036854775808");
    expectSame("int64", "9223372036854775807");
    expectInvalid("int64", R"({"value":9223372036854775808})",
                  expected + "-9223372036854775808 to 9223372036854775807");
    expectSame("uint64", "18446744073709551615");
    expectInvalid("uint64", R"({"value":-1})", expected + "0 to 18446744073709551615");
}

TEST_F(Wrapper, takesAWholeFloatingPointNumberForAnInteger) {
    expectSame("int8", "3.0", "3");
    expectSame("int64", "-1e3", "-1000");
    expectSame("uint64", "1e19", "10000000000000000000");
    expectInvalid("uint64", R"({"value":1e20})",
                  "parameter: value: expected an integer from 0 to 18446744073709551615");
}

TEST_F(Wrapper, carriesEveryTypeBothWays) {
    expectSame("double", "0.1");
    expectSame("double", "-5", "-5");
    expectSame("bool", "true");
    expectSame("optional", "null");
    expectSame("optional", "7");
    expectResult("optional", "{}", "null");
    expectSame("map", R"({"a":1,"b":2})");
    expectSame("map", "{}");
    expectSame("bits", "[true,false]");
    expectSame("bits", "[]");
    expectSame("enum", R"("green")");
    expectSame("struct", R"({"name":"n","points":[]})", R"({"name":"n","points":[],"color":"green"})");
    expectSame("struct", R"({"name":"n","points":[{"x":1,"y":2.5},{"x":2}],"color":"red"})",
               R"({"name":"n","points":[{"x":1,"y":2.5},{"x":2,"y":null}],"color":"red"})");
}

TEST_F(Wrapper, handsRawJsonThroughAsItCame) {
    for (const auto* value : {"null", "1.50", "\"a\\u0062\"", "[1, 2,{ \"a\" :[]}]", "{ }", "18446744073709551616"}) {
        expectSame("json", value);
    }
}

TEST_F(Wrapper, writesValidJsonWhateverTheText) {
    expectResult("bytes", "{}", "\"ok \xEF\xBF\xBD\xEF\xBF\xBD( \xE2\x82\xAC \\u0001\\\"\\\\\"");
    expectResult("infinity", "{}", "null");
}

TEST_F(Wrapper, carriesLargeTexts) {
    std::string text(4U << 20U, 'x');
    expectSame("text", '"' + text + '"');
    text.replace(text.size() / 2, 2, "\\n");
    expectSame("text", '"' + text + '"');
}

TEST_F(Wrapper, reportsAnErrorWithItsCodeAndText) {
    for (const aip_status code : {AIP_INVALID, AIP_DENIED, AIP_PLUGIN_STATUS + 5}) {
        const auto answer = zoo.execute("fail", "{\"code\":" + std::to_string(code) + "}");
        EXPECT_EQ(answer.status, code);
        EXPECT_EQ(answer.error, "failed with " + std::to_string(code));
        EXPECT_EQ(answer.result, "");
    }
}

TEST_F(Wrapper, neverTakesAnErrorForSuccess) {
    EXPECT_EQ(zoo.execute("fail", R"({"code":0})").status, AIP_INTERNAL);
}

TEST_F(Wrapper, reportsAnyOtherExceptionAsInternal) {
    const auto answer = zoo.execute("throw_runtime_error", "{}");
    EXPECT_EQ(answer.status, AIP_INTERNAL);
    EXPECT_EQ(answer.error, "out of luck \xEF\xBF\xBD");
    const auto strange = zoo.execute("throw_int", "{}");
    EXPECT_EQ(strange.status, AIP_INTERNAL);
    EXPECT_EQ(strange.error, "an exception of unknown type");
}

TEST_F(Wrapper, doesNotKnowAToolOfAnotherNameOrType) {
    const auto answer = zoo.execute("fly", "{}");
    EXPECT_EQ(answer.status, AIP_NOT_FOUND);
    EXPECT_EQ(answer.error, "no tool 'fly' here");
    EXPECT_EQ(zoo.execute("greet", R"({"name":"Ada"})", "data_collection").status, AIP_NOT_FOUND);
    EXPECT_EQ(zoo.execute("settings", "{}", "data_collection").status, AIP_OK);
}

TEST_F(Wrapper, wakesAToolThatWaitsForItsCancel) {
    RawCall call;
    aip_status status = AIP_OK;
    std::thread worker([&] { status = zoo.execute(call, "wait", "{}"); });
    EXPECT_TRUE(call.awaitProgress(1));
    call.cancel();
    worker.join();
    EXPECT_EQ(status, AIP_CANCELLED);
    EXPECT_EQ(call.error, "cancelled");
    ASSERT_EQ(call.progress.size(), 2U);
    EXPECT_EQ(call.progress[0], (std::pair<std::uint32_t, std::string>(0, "waiting")));
    EXPECT_EQ(call.progress[1], (std::pair<std::uint32_t, std::string>(1000, "")));
}

TEST_F(Wrapper, letsAToolRunToItsDeadline) {
    RawCall call(std::chrono::milliseconds(1));
    EXPECT_EQ(zoo.execute(call, "wait", "{}"), AIP_OK);
    EXPECT_EQ(call.result, "null");
}

TEST_F(Wrapper, tellsThePluginOfACancel) {
    const auto* executor = zoo.extension<aip_command_executor>(AIP_EXT_COMMAND_EXECUTOR);
    ASSERT_NE(executor->cancel, nullptr);
    executor->cancel(zoo.get(), {"call-7", 6});
    EXPECT_EQ(zoo.log().back(), (std::pair<std::int32_t, std::string>(AIP_LOG_DEBUG, "cancel call-7")));
}

TEST_F(Wrapper, runsCallsInParallel) {
    std::array<std::thread, 4> workers;
    for (auto& worker : workers) {
        worker = std::thread([this] {
            for (int n = 0; n < 200; ++n) {
                expectSame("struct", R"({"name":"n","points":[{"x":1,"y":2}],"color":"red"})");
            }
        });
    }
    for (auto& worker : workers) {
        worker.join();
    }
}

TEST_F(Wrapper, describesTheDevice) {
    RawCall call;
    EXPECT_EQ(zoo.extension<aip_device_info>(AIP_EXT_DEVICE_INFO)->collect(zoo.get(), call.table()), AIP_OK);
    EXPECT_EQ(call.result, R"({"hostname":"zoo"})");
}

TEST_F(Wrapper, logsWhatThePluginSays) {
    zoo.stop();
    EXPECT_EQ(zoo.log().back(), (std::pair<std::int32_t, std::string>(AIP_LOG_INFO, "stopped")));
}

struct SettingsCase {
    const char* config;
    aip_status status;
    const char* outcome;  // the settings in force, or what the log says
};

const SettingsCase settingsCases[] = {
    {"{}", AIP_OK, R"({"greeting":"Hello","limit":null})"},
    {"", AIP_OK, R"({"greeting":"Hello","limit":null})"},
    {R"({"limit":3,"greeting":"Hi"})", AIP_OK, R"({"greeting":"Hi","limit":3})"},
    {R"({"limit":"3"})", AIP_INVALID, "settings: limit: expected an integer from -2147483648 to 2147483647"},
    {R"({"limits":3})", AIP_INVALID, "settings: limits: unknown"},
    {R"({"refuse":true})", AIP_UNAVAILABLE, "told to refuse"},
};

TEST(WrapperSettings, areTypedCheckedAndCompleted) {
    for (const auto& row : settingsCases) {
        SCOPED_TRACE(row.config);
        RawPlugin zoo(ZOO);
        ASSERT_EQ(zoo.start(row.config), row.status);
        if (row.status == AIP_OK) {
            EXPECT_EQ(zoo.execute("settings", "{}", "data_collection").result, row.outcome);
        } else {
            EXPECT_EQ(zoo.log().back(), (std::pair<std::int32_t, std::string>(AIP_LOG_ERROR, row.outcome)));
        }
    }
}

TEST(WrapperSettings, mayChangeWithTheNextStart) {
    RawPlugin zoo(ZOO);
    ASSERT_EQ(zoo.start(R"({"limit":1})"), AIP_OK);
    zoo.stop();
    ASSERT_EQ(zoo.start(R"({"limit":2})"), AIP_OK);
    EXPECT_EQ(zoo.execute("settings", "{}", "data_collection").result, R"({"greeting":"Hello","limit":2})");
}

}  // namespace
