#include "admission/gate.h"
#include "admission/sealed_library.h"
#include "hosting/library.h"
#include "plugins/make_slot.h"
#include "tests/plugins/support.h"

#include <aip/ext/command_executor.h>

#include <gtest/gtest.h>

#include <cstring>
#include <string>
#include <string_view>
#include <vector>

// Built twice: with the SDK as it is, and with a possible SDK of the future (AIP_FUTURE). The plugins are the same
// binaries both times. There is no runner of the future.
namespace {

using namespace aip::admission;
using namespace aip::hosting;
using namespace aip::plugins;
using aip::tests::installPlugin;
using aip::tests::isolated;
using aip::tests::SlotFixture;
using aip::tests::TemporaryFolder;
using aip::tests::TestCall;

#ifdef AIP_FUTURE
constexpr bool future = true;
#else
constexpr bool future = false;
#endif

struct Row {
    const char* plugin;
    const char* today;     ///< in today's agent: its answer, or the reason code
    const char* tomorrow;  ///< in the agent of the future
};

std::ostream& operator<<(std::ostream& out, const Row& row) {
    return out << row.plugin;
}

std::string whatComesOf(const std::string& plugin, Isolation isolation) {
    const TemporaryFolder directory;
    Candidate candidate = Gate({}).examine(installPlugin(plugin, directory.path()));
    if (candidate.refusal) {
        return candidate.refusal->code;
    }
    const auto slot = makeSlot(*std::move(candidate.manifest), std::move(candidate.library), isolated(isolation));
    if (const auto started = slot->start(); !started) {
        return started.error().code;
    }
    const TestCall call("echo", "{}", {}, {.agent = "the asker"});
    slot->invoke(call.call());
    return call.text();
}

class Skew : public testing::TestWithParam<Row> {};

TEST_P(Skew, worksOrHasItsReasonCode) {
    if (future) {
        EXPECT_EQ(whatComesOf(GetParam().plugin, Isolation::inProcess), GetParam().tomorrow);
        return;
    }
    EXPECT_EQ(whatComesOf(GetParam().plugin, Isolation::inProcess), GetParam().today);
    EXPECT_EQ(whatComesOf(GetParam().plugin, Isolation::process), GetParam().today);
}

// The answer of a probe: its own minor, the agent's, whether the agent's tables are longer than those of 1.0, whether
// it finds an extension that does not exist.
INSTANTIATE_TEST_SUITE_P(Abi, Skew,
                         testing::Values(Row{"skew_first", "[0,1,0,0]", "[0,7,0,0]"},
                                         Row{"skew_present", "[1,1,0,0]", "[1,7,0,0]"},
                                         Row{"skew_asks", R"(["the asker",""])", R"(["the asker",""])"},
                                         Row{"skew_future", "[7,1,0,0]", "[7,7,0,0]"},
                                         Row{"skew_future_required", "abi-minor", "[7,7,0,0]"},
                                         Row{"skew_future_hidden", "entry-invalid", "[7,7,0,0]"},
                                         Row{"skew_foreign_major", "abi-major", "abi-major"},
                                         Row{"wrong_major", "entry-invalid", "entry-invalid"},
                                         Row{"skew_next_entry", "entry-missing", "entry-missing"},
                                         Row{"short_entry", "entry-invalid", "entry-invalid"},
                                         Row{"skew_short_plugin", "entry-invalid", "entry-invalid"},
                                         Row{"short_extension", "entry-invalid", "entry-invalid"},
                                         Row{"missing_extension", "extension-missing", "extension-missing"}));

TEST(Skew, aTableThatEndsBeforeAnOptionalFieldHasNone) {
    SlotFixture fixture("skew_short_executor", isolated(Isolation::inProcess));
    const TestCall call = fixture.run("echo");
    ASSERT_TRUE(fixture.log.waitFor("2 inside"));
    fixture.slot->cancelled(*call.call());
    call.call()->cancel(aip::base::Code::cancelled, "enough");
    EXPECT_EQ(call.text().substr(0, 9), "CANCELLED");
}

/// An agent of ABI 1.0: its tables end where those of 1.0 ended, and so does their memory.
class FirstAgent {
  public:
    FirstAgent() {
        const aip_host host{AIP_END_OF(aip_host, get_extension), 0, this,
                            [](const aip_host*, std::int32_t, aip_text) {},
                            [](const aip_host*, aip_text) -> const void* { return nullptr; }};
        aip_call call{};
        call.struct_size = AIP_END_OF(aip_call, progress);
        call.context = this;
        call.set_result = [](const aip_call* self, aip_text json) {
            static_cast<FirstAgent*>(self->context)->result.assign(json.data, json.size);
        };
        std::memcpy(_host.data(), &host, _host.size());
        std::memcpy(_call.data(), &call, _call.size());
    }
    FirstAgent(const FirstAgent&) = delete;
    FirstAgent& operator=(const FirstAgent&) = delete;

    const aip_host* host() const { return reinterpret_cast<const aip_host*>(_host.data()); }
    const aip_call* call() const { return reinterpret_cast<const aip_call*>(_call.data()); }

    std::string result;

  private:
    std::vector<char> _host = std::vector<char>(AIP_END_OF(aip_host, get_extension));
    std::vector<char> _call = std::vector<char>(AIP_END_OF(aip_call, progress));
};

TEST(Skew, aPluginOfTodayWorksInAnAgentOfTheFirstVersion) {
    const TemporaryFolder directory;
    const Candidate candidate = Gate({}).examine(installPlugin("skew_asks", directory.path()));
    const auto library = Library::load(*sealLibrary(candidate.library, *candidate.manifest));
    ASSERT_TRUE(library) << library.error().text();
    FirstAgent agent;
    aip_status status = AIP_INTERNAL;
    aip_plugin* plugin = library->entry().create(agent.host(), &status);
    ASSERT_NE(plugin, nullptr);
    EXPECT_EQ(plugin->start(plugin, {"{}", 2}), AIP_OK);
    const std::string_view id = AIP_EXT_COMMAND_EXECUTOR;
    const auto* executor =
        static_cast<const aip_command_executor*>(plugin->get_extension(plugin, {id.data(), id.size()}));
    const aip_command command{AIP_END_OF(aip_command, parameters_json), 0, {"echo", 4}, {"action", 6}, {"{}", 2}};
    EXPECT_EQ(executor->execute(plugin, agent.call(), &command), AIP_OK);
    EXPECT_EQ(agent.result, R"(["",""])");
    plugin->stop(plugin);
    plugin->destroy(plugin);
}

TEST(Skew, anAgentOfTheFirstVersionRefusesAPluginThatRequiresMore) {
    const TemporaryFolder directory;
    auto manifest = *Gate({}).examine(installPlugin("skew_asks", directory.path())).manifest;
    EXPECT_TRUE(checkAbi(manifest, {1, 0}));
    manifest.abiMinorRequired = 1;
    EXPECT_TRUE(checkAbi(manifest, {1, 1}));
    const auto refused = checkAbi(manifest, {1, 0});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().line(), "abi-minor: needs ABI 1.1, this agent has 1.0: update the agent");
}

/// An agent of the future whose table is longer than any plugin knows.
struct LongHost {
    aip_host known{sizeof(LongHost), 99, this, [](const aip_host*, std::int32_t, aip_text) {},
                   [](const aip_host*, aip_text) -> const void* { return nullptr; }};
    void (*more)() = nullptr;
};

TEST(Skew, aPluginDoesNotMindATableThatIsLongerThanItKnows) {
    const TemporaryFolder directory;
    const Candidate candidate = Gate({}).examine(installPlugin("skew_present", directory.path()));
    auto sealed = sealLibrary(candidate.library, *candidate.manifest);
    const auto library = Library::load(*std::move(sealed));
    ASSERT_TRUE(library) << library.error().text();
    const LongHost host;
    aip_status status = AIP_INTERNAL;
    aip_plugin* plugin = library->entry().create(&host.known, &status);
    ASSERT_NE(plugin, nullptr);
    EXPECT_EQ(plugin->start(plugin, {"{}", 2}), AIP_OK);
    plugin->stop(plugin);
    plugin->destroy(plugin);
}

}  // namespace
