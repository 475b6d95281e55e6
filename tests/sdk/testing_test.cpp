#include <aip/plugin.hpp>
#include <aip/testing.hpp>

#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <future>

namespace {

using aip::testing::Answer;
using aip::testing::File;
using aip::testing::LogLine;
using aip::testing::Progress;
using std::chrono::milliseconds;

struct Size {
    int width = 0;
    int height = 0;
    static auto fields() { return aip::fields(aip::field("width", &Size::width), aip::field("height", &Size::height)); }
};

/// What a test may want to know about a tool, in one plugin.
class Lamp {
  public:
    static void describe(aip::Description<Lamp>& d) {
        d.describe("A lamp.").concurrency(2);
        d.setting("colour", "Of the light", "white");
        d.setting("broken", "Whether it cannot be started", false);
        d.action("describe", "What it is.", &Lamp::text, "room", aip::param("level", "", 50));
        d.action(
            "scale", "Twice as large.",
            [](Size size) {
                return Size{size.width * 2, size.height * 2};
            },
            "size");
        d.dataCollection("colour", "The setting.", [](const Lamp& self) { return self._colour; });
        d.action("colour", "The other one.", [] { return "action"; });
        d.action("fail", "Fails.", [] { throw aip::Error(aip_status{1234}, "no bulb"); });
        d.action(
            "raw", "Any result.", [](const std::string& json) { return aip::Json{json}; }, "json");
        d.action("send", "Sends.", &Lamp::send, aip::param("path", "", ""));
        d.action("glow", "Until it is cancelled.", &Lamp::glow);
        d.action("stick", "Whatever happens.", [] {
            static thread_local const Farewell farewell;
            stuck.get_future().wait();
        });
        d.deviceInfo([] { return aip::Object{{"lamp", true}}; });
    }

    void start(const aip::Settings& settings) {
        _colour = settings.get<std::string>("colour");
        if (settings.get<bool>("broken")) {
            throw aip::Error(aip::Code::unavailable, "no current");
        }
    }
    void stop() { aip::log::info("dark"); }
    void onCancel(std::string_view id) { aip::log::debug("cancel " + std::string(id)); }

    static inline std::promise<void> stuck;
    static inline std::atomic<bool> gone;  ///< the thread that was stuck

  private:
    /// Says that the thread has ended.
    struct Farewell {
        ~Farewell() {
            gone = true;
            gone.notify_all();
        }
    };

    std::string text(const std::string& room, int level) const {
        return room + " " + _colour + " " + std::to_string(level);
    }
    static void send(const aip::Call& call, const std::string& path) {
        if (path.empty()) {
            return call.sendBytes("a.txt", "text/plain", "abc");
        }
        call.sendFile(path, "text/x");
    }
    static int glow(const aip::Call& call) {
        call.progress(0, "warm");
        call.progress(500, "bright");
        if (call.waitCancelled(call.remaining() + std::chrono::hours(1))) {
            throw aip::Error(aip::Code::cancelled, "off");
        }
        return 0;
    }

    std::string _colour;
};

using Plugin = aip::testing::Plugin<Lamp>;

template <typename Action>
std::pair<aip_status, std::string> thrown(Action action) {
    try {
        action();
    } catch (const aip::Error& error) {
        return {error.code(), error.what()};
    }
    return {AIP_OK, ""};
}

TEST(Testing, callsAToolWithTypedParametersAndResult) {
    Plugin lamp;
    EXPECT_EQ(lamp.call<std::string>("describe", {{"room", "hall"}}), "hall white 50");
    EXPECT_EQ(lamp.call<std::string>("describe", {{"room", "hall"}, {"level", 7}}), "hall white 7");
    const auto size = lamp.call<Size>("scale", {{"size", Size{2, 3}}});
    EXPECT_EQ(size.width, 4);
    EXPECT_EQ(size.height, 6);
}

TEST(Testing, takesAndGivesJsonAsText) {
    Plugin lamp;
    EXPECT_EQ(lamp.run("describe", aip::Json{R"({"room":"hall"})"}).json, R"("hall white 50")");
    EXPECT_EQ(lamp.run("describe", aip::Object().set("room", "attic")).json, R"("attic white 50")");
    EXPECT_EQ(lamp.call<aip::Json>("raw", {{"json", "[1, 2]"}}).text, "[1, 2]");
}

TEST(Testing, startsAPluginWithItsSettingsAndAgainWithOthers) {
    Plugin lamp({{"colour", "red"}});
    EXPECT_EQ(lamp.call<std::string>("data_collection::colour"), "red");
    lamp.start({{"colour", "blue"}});
    EXPECT_EQ(lamp.call<std::string>("data_collection::colour"), "blue");
    EXPECT_EQ(lamp.call<std::string>("action::colour"), "action");
    EXPECT_EQ(lamp.log(), std::vector<LogLine>({{AIP_LOG_INFO, "dark"}}));
}

TEST(Testing, throwsWhatAnOperatorWouldReadIfAPluginDoesNotStart) {
    using Thrown = std::pair<aip_status, std::string>;
    EXPECT_EQ(thrown([] { Plugin({{"broken", true}}); }), Thrown(AIP_UNAVAILABLE, "no current"));
    EXPECT_EQ(thrown([] { Plugin({{"shade", 1}}); }), Thrown(AIP_INVALID, "settings: shade: unknown"));
}

TEST(Testing, reportsAFailureAsAnAnswerOrAsAnError) {
    Plugin lamp;
    const Answer answer = lamp.run("fail");
    EXPECT_FALSE(answer.ok());
    EXPECT_EQ(answer.status, 1234);
    EXPECT_EQ(answer.error, "no bulb");
    EXPECT_EQ(answer.json, "");
    EXPECT_EQ(thrown([&] { lamp.call("fail"); }), std::pair(1234, std::string("no bulb")));
    EXPECT_TRUE(lamp.run("describe").is(aip::Code::invalid));
    EXPECT_TRUE(lamp.run("nowhere").is(aip::Code::notFound));
}

TEST(Testing, takesNoResultThatIsNotJson) {
    Plugin lamp;
    const Answer answer = lamp.run("raw", {{"json", "{oops"}});
    EXPECT_TRUE(answer.is(aip::Code::internal));
    EXPECT_TRUE(answer.error.starts_with("the result is not valid JSON")) << answer.error;
    EXPECT_EQ(thrown([&] { lamp.call<int>("raw", {{"json", "[]"}}); }).first, AIP_INVALID);
}

TEST(Testing, recordsProgressAndCancels) {
    Plugin lamp;
    auto call = lamp.begin("glow");
    ASSERT_TRUE(call.awaitProgress(2));
    call.cancel();
    call.cancel();
    const Answer answer = call.wait();
    EXPECT_TRUE(answer.is(aip::Code::cancelled));
    EXPECT_EQ(answer.error, "off");
    EXPECT_EQ(answer.progress, std::vector<Progress>({{0, "warm"}, {500, "bright"}}));
    EXPECT_EQ(lamp.log(), std::vector<LogLine>({{AIP_LOG_DEBUG, "cancel test-1"}}));
}

TEST(Testing, cancelsACallWhoseTimeIsOver) {
    Plugin lamp({}, {.limit = milliseconds(20)});
    EXPECT_TRUE(lamp.run("glow").is(aip::Code::cancelled));
}

TEST(Testing, cancelsACallThatNobodyWaitsFor) {
    Plugin lamp;
    EXPECT_TRUE(lamp.begin("glow").awaitProgress());
    EXPECT_EQ(lamp.log().size(), 1U);
}

TEST(Testing, givesUpAToolThatDoesNotReturn) {
    {
        Plugin lamp({}, {.limit = milliseconds(10), .grace = milliseconds(10)});
        const Answer answer = lamp.run("stick");
        EXPECT_TRUE(answer.is(aip::Code::deadline));
        EXPECT_EQ(answer.error, "did not return within 10 ms of being cancelled");
    }
    Lamp::stuck.set_value();
    Lamp::gone.wait(false);  // the last to leave destroys the plugin
}

TEST(Testing, holdsATestToTheConcurrencyOfThePlugin) {
    Plugin lamp;
    const auto first = lamp.begin("glow");
    const auto second = lamp.begin("glow");
    EXPECT_EQ(thrown([&] { lamp.begin("glow"); }),
              std::pair(AIP_STATE, std::string("more calls at once than its concurrency (2) allows")));
}

TEST(Testing, keepsTheFilesThatAToolSends) {
    const auto path = std::filesystem::path(::testing::TempDir()) / "aip-testing.txt";
    std::ofstream(path) << "content";
    Plugin lamp;
    EXPECT_EQ(lamp.run("send").files, std::vector<File>({{"a.txt", "text/plain", "abc"}}));
    EXPECT_EQ(lamp.run("send", {{"path", path.string()}}).files,
              std::vector<File>({{"aip-testing.txt", "text/x", "content"}}));
    EXPECT_TRUE(lamp.run("send", {{"path", "/nowhere/at/all"}}).is(aip::Code::notFound));
    EXPECT_TRUE(lamp.run("send", {{"path", "relative"}}).is(aip::Code::invalid));
    std::filesystem::remove(path);
}

TEST(Testing, canBeAnAgentThatTakesNoFiles) {
    Plugin lamp({}, {.takesFiles = false});
    EXPECT_TRUE(lamp.run("send").is(aip::Code::unsupported));
}

TEST(Testing, asksForTheDeviceInformation) {
    Plugin lamp;
    EXPECT_EQ(lamp.deviceInfo().json, R"({"lamp":true})");
    EXPECT_NE(lamp.manifest().find(R"("aip.device-info/1")"), std::string::npos);
}

/// A plugin without the wrapper, and without any manners.
struct Rude {
    static aip_plugin* create(const aip_host*, aip_status*) {
        static const aip_command_executor executor{sizeof executor, 0, &execute, nullptr};
        static aip_plugin plugin{sizeof plugin,
                                 0,
                                 nullptr,
                                 [](aip_plugin*, aip_text) -> aip_status { return AIP_OK; },
                                 [](aip_plugin*) {},
                                 [](aip_plugin*) {},
                                 [](aip_plugin*, aip_text id) -> const void* {
                                     return std::string_view(id.data, id.size) == AIP_EXT_COMMAND_EXECUTOR ? &executor
                                                                                                           : nullptr;
                                 }};
        return &plugin;
    }
    static aip_status execute(aip_plugin*, const aip_call*, const aip_command*) { throw std::runtime_error("catch"); }
};

}  // namespace

extern "C" const aip_plugin_entry aip_plugin_entry_v1{
    sizeof(aip_plugin_entry), AIP_ABI_MAJOR, AIP_ABI_MINOR, 0, "rude", "1.0.0", &Rude::create};

namespace {

TEST(Testing, runsThePluginThatIsPartOfTheProgramWhateverItIsWrittenIn) {
    aip::testing::Plugin<> rude;
    const Answer answer = rude.run("anything");
    EXPECT_TRUE(answer.is(aip::Code::internal));
    EXPECT_EQ(answer.error, "an exception left the plugin: catch");
    EXPECT_EQ(rude.deviceInfo().error, "the plugin has no aip.device-info/1");
    EXPECT_EQ(rude.manifest(), "");
}

TEST(SecretSetting, isMarkedInTheSchema) {
    EXPECT_EQ(aip::param("password").secret().limits().at("writeOnly"), "true");
}

}  // namespace
