#include "app/log_form.h"

#include "app/logging.h"
#include "base/log.h"
#include "tests/support/temporary_folder.h"

#include <gtest/gtest.h>
#include <spdlog/details/log_msg.h>

namespace aip::app {
namespace {

using base::log::Field;
using base::log::Level;

std::string lineOf(LogFormat format, LogTarget target, std::string_view text, spdlog::level::level_enum level,
                   std::initializer_list<Field> fields = {}) {
    const std::string payload = logPayload(format, text, {fields.begin(), fields.size()});
    const spdlog::details::log_msg message(spdlog::log_clock::time_point(), {}, "log", level, payload);
    spdlog::memory_buf_t line;
    logFormatter(format, target)->format(message, line);
    return {line.data(), line.size()};
}

TEST(LogForm, jsonIsAnObjectInALine) {
    EXPECT_EQ(
        lineOf(LogFormat::json, LogTarget::stream, R"(a "b")", spdlog::level::warn,
               {{"session", "s\"1"}, {"task", ""}, {"bytes", 7U}}),
        R"({"time":"1970-01-01T00:00:00.000000+00:00","level":"warn","text":"a \"b\"","session":"s\"1","bytes":7})"
        "\n");
}

TEST(LogForm, bytesThatAreNoTextDoNotSpoilIt) {
    EXPECT_EQ(logPayload(LogFormat::json, "a\xff", {}), "\"text\":\"a\xEF\xBF\xBD\"");
}

TEST(LogForm, theJournalGetsAPriorityAndNoTime) {
    const std::pair<spdlog::level::level_enum, const char*> priorities[] = {{spdlog::level::trace, "<7>x\n"},
                                                                            {spdlog::level::debug, "<7>x\n"},
                                                                            {spdlog::level::info, "<6>x\n"},
                                                                            {spdlog::level::warn, "<4>x\n"},
                                                                            {spdlog::level::err, "<3>x\n"}};
    for (const auto& [level, line] : priorities) {
        EXPECT_EQ(lineOf(LogFormat::journal, LogTarget::stream, "x", level, {{"session", "s"}}), line);
    }
}

TEST(LogForm, inAFileTheJournalsFormIsText) {
    const std::string line = lineOf(LogFormat::journal, LogTarget::file, "x", spdlog::level::info);
    EXPECT_TRUE(line.starts_with("19") && line.ends_with("info  x\n")) << line;
}

TEST(LogForm, secretsAreHiddenInFieldsToo) {
    const tests::TemporaryFolder folder;
    Settings settings;
    settings.session.endpoint.token = "canary-token";
    settings.log.level = "info";
    settings.log.format = LogFormat::json;
    settings.log.console = false;
    settings.log.file = folder.path() / "log";
    settings.log.maxFileSize = 100'000;
    ASSERT_TRUE(startLogging(settings.log, Redaction(settings)));
    base::log::lineWith(Level::info, {{"session", "s canary-token\n"}}, "with {}", "canary-token");
    stopLogging();
    const std::string line = tests::readFile(settings.log.file);
    EXPECT_EQ(line.find("canary"), std::string::npos) << line;
    EXPECT_NE(line.find(R"("text":"with ***","session":"s ***\\n"})"), std::string::npos) << line;
}

}  // namespace
}  // namespace aip::app
