#include "app/command_line.h"

#include "app/settings_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace aip::app {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

base::Result<CommandLine> parse(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "aip-agent");
    std::vector<char*> pointers;
    for (auto& argument : arguments) {
        pointers.push_back(argument.data());
    }
    Poco::Util::OptionSet options;
    defineOptions(options);
    return parseCommandLine(options, static_cast<int>(pointers.size()), pointers.data());
}

base::Result<Settings, Findings> settings(const std::vector<std::string>& arguments) {
    const auto line = parse(arguments);
    EXPECT_TRUE(line) << line.error().text();
    return readSettings({line->configPaths, line->definitions, true});
}

TEST(ReferenceCommandLine, isTaken) {
    const std::vector<std::string> arguments{
        "--ws",        "--ws-server", "ws://127.0.0.1:5000/ws", "--client-id", "lab-7",   "--max-retries", "9",
        "--log-level", "WARNING",     "--platform=mobile",      "--task_name", "evening", "--request",     "tidy up"};
    const auto line = parse(arguments);
    ASSERT_TRUE(line) << line.error().text();
    EXPECT_EQ(line->taskName, "evening");
    EXPECT_EQ(line->request, "tidy up");
    const auto read = settings(arguments);
    ASSERT_TRUE(read) << read.error().text();
    EXPECT_EQ(read->session.endpoint.url, "ws://127.0.0.1:5000/ws");
    EXPECT_EQ(read->session.clientId, "lab-7");
    EXPECT_EQ(read->session.maxRetries, 9U);
    EXPECT_EQ(read->log.level, "warn");
    EXPECT_EQ(read->platform, "mobile");
}

TEST(ReferenceCommandLine, hasATaskNameWithoutARequest) {
    EXPECT_TRUE(parse({"--task_name", "evening"}));
    EXPECT_FALSE(parse({"--task-name", "evening"}));
    for (const auto& name :
         {std::string("a\nb"), std::string("a\x1B"), std::string(256, 'x'), std::string("\xC2\x85")}) {
        EXPECT_FALSE(parse({"--request=tidy", "--task-name=" + name})) << name;
    }
    EXPECT_TRUE(parse({"--request=a\nb", "--task-name=" + std::string(255, 'x')}));
}

TEST(ReferenceCommandLine, hasTheReferencesLevels) {
    for (const auto& [given, level] : std::vector<std::pair<std::string, std::string>>{
             {"DEBUG", "debug"}, {"INFO", "info"}, {"ERROR", "error"}, {"CRITICAL", "error"}, {"trace", "trace"}}) {
        EXPECT_THAT(parse({"--log-level", given})->definitions, ElementsAre("log.level=" + level));
    }
    EXPECT_THAT(parse({"--log-level=OFF"})->definitions, ElementsAre("log.level=off"));
    EXPECT_THAT(settings({"--log-level=loud", "--ws-server=ws://127.0.0.1/"}).error().text(), HasSubstr("log.level"));
}

TEST(ReferenceCommandLine, takesValuesAsTheyAre) {
    EXPECT_EQ(settings({"--ws-server=ws://127.0.0.1/", "--client-id", "a \"b\" ; ${c}"})->session.clientId,
              "a \"b\" ; ${c}");
    EXPECT_THAT(settings({"--ws-server=ws://127.0.0.1/", "--client-id="}).error().text(),
                HasSubstr("must not be empty"));
}

TEST(ReferenceCommandLine, takesNoTokenInTheUrl) {
    for (const char* url : {"ws://127.0.0.1/ws?token=canary", "ws://127.0.0.1/?Api%5fKey=canary", "u:canary@h",
                            "ws://u:canary@h/", "htp://h?auth=canary"}) {
        for (const std::vector<std::string>& arguments :
             {std::vector<std::string>{"--ws-server", url}, {std::string("-Dserver.url=") + url}}) {
            const std::string text = settings(arguments).error().text();
            EXPECT_THAT(text, AllOf(HasSubstr("server.token_file"), Not(HasSubstr("canary"))));
        }
        for (const std::vector<std::string>& arguments :
             {std::vector<std::string>{"--ws", url}, {std::string("--ws=") + url}}) {
            const auto wrong = parse(arguments);
            ASSERT_FALSE(wrong);
            EXPECT_THAT(wrong.error().text(), Not(HasSubstr("canary")));
        }
    }
    EXPECT_EQ(parse({"--tokn=canary"}).error().text(), "unknown option '--tokn'");
}

TEST(ReferenceCommandLine, winsInTheOrderInWhichItIsWritten) {
    EXPECT_EQ(settings({"--ws-server=ws://127.0.0.1/", "-Dclient.id=a", "--client-id=b"})->session.clientId, "b");
    EXPECT_EQ(settings({"--ws-server=ws://127.0.0.1/", "--client-id=b", "-Dclient.id=a"})->session.clientId, "a");
}

TEST(CommandLine, wantsNamesInSmallLetters) {
    for (const std::string option : {"--Client-Id=x", "--CHECK", "--Config=a.ini", "--Log-level=info", "--reQuest"}) {
        EXPECT_EQ(parse({option}).error().text(), "unknown option '" + option.substr(0, option.find('=')) +
                                                      "': the names of options are written in small letters");
    }
    EXPECT_EQ(parse({"--request", "--Tidy Up=1"})->request, "--Tidy Up=1");
    EXPECT_EQ(parse({"--client-id=Lab", "-DClient.Id=x"})->definitions.size(), 2U);
}

TEST(CommandLine, doesOneThingAtATime) {
    const std::vector<std::string> modes{"--check", "--list-plugins", "--print-config", "--sample=ini", "--version"};
    for (const auto& one : modes) {
        EXPECT_TRUE(parse({one}));
        EXPECT_EQ(parse({one, "--help"})->mode, Mode::help);
        EXPECT_EQ(parse({"--help", one})->mode, Mode::help);
        for (const auto& other : modes) {
            if (one != other) {
                EXPECT_THAT(parse({one, other}).error().text(), HasSubstr("only one of them at a time"));
            }
        }
    }
    EXPECT_TRUE(parse({"--check", "--daemon", "--pidfile=x", "--request=y"}));
}

TEST(CommandLine, checksAndShowsTheSettingsOfWhatServesToolsOnly) {
    EXPECT_EQ(parse({"--mcp"})->mode, Mode::mcp);
    for (const auto& [option, mode] :
         {std::pair("--check", Mode::check), std::pair("--print-config", Mode::printConfig),
          std::pair("--list-plugins", Mode::listPlugins)}) {
        EXPECT_FALSE(parse({option})->toolsOnly);
        for (const auto& arguments : {std::vector<std::string>{"--mcp", option}, {option, "--mcp"}}) {
            const auto line = parse(arguments);
            ASSERT_TRUE(line) << line.error().text();
            EXPECT_EQ(line->mode, mode);
            EXPECT_TRUE(line->toolsOnly);
        }
    }
    EXPECT_THAT(parse({"--mcp", "--check", "--daemon"}).error().text(), HasSubstr("no --daemon"));
    EXPECT_THAT(parse({"--mcp", "--check", "--connect"}).error().text(), HasSubstr("not with --mcp"));
}

TEST(CommandLine, takesEachOptionOnce) {
    for (const std::string option : {"--client-id", "--log-level", "--pidfile", "--request", "--umask"}) {
        EXPECT_EQ(parse({option + "=1", option + "=2"}).error().text(),
                  "Option must not be given more than once: " + option.substr(2));
    }
    EXPECT_EQ(parse({"--config=a.ini", "--config=b.ini", "-Da=1", "-Da=2"})->definitions.size(), 2U);
}

TEST(CommandLineConnect, goesWithCheck) {
    EXPECT_EQ(parse({"--check", "--connect"})->reach, Reach::connect);
    EXPECT_EQ(parse({"--connect=register", "--check"})->reach, Reach::registration);
    EXPECT_EQ(parse({"--check"})->reach, Reach::none);
    EXPECT_THAT(parse({"--connect"}).error().text(), HasSubstr("goes with --check"));
    EXPECT_THAT(parse({"--check", "--connect=all"}).error().text(), HasSubstr("=register"));
}

TEST(CommandLineJson, goesWithCheck) {
    EXPECT_TRUE(parse({"--check", "--json"})->json);
    EXPECT_FALSE(parse({"--check"})->json);
    EXPECT_THAT(parse({"--json"}).error().text(), HasSubstr("goes with --check"));
    EXPECT_EQ(parse({"--check", "--user=daemon"})->user, "daemon");
    EXPECT_THAT(parse({"--user=daemon"}).error().text(), HasSubstr("goes with --check"));
    EXPECT_THAT(parse({"--check", "--mcp", "--user=daemon"}).error().text(), HasSubstr("not with --mcp"));
    EXPECT_FALSE(parse({"--check", "--user="}));
    EXPECT_EQ(parse({"--diagnosis"})->mode, Mode::diagnosis);
    EXPECT_THAT(parse({"--diagnosis", "--check"}).error().text(), HasSubstr("only one of them"));
}

}  // namespace
}  // namespace aip::app
