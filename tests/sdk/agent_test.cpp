#include <aip/plugin.hpp>

#include <gtest/gtest.h>

#include <map>

namespace {

/// An agent that has the extensions, or none.
class OfferingAgent {
  public:
    explicit OfferingAgent(bool offers) : _offers(offers) { aip::detail::host = &_table; }
    ~OfferingAgent() { aip::detail::host = nullptr; }

  private:
    static const void* find(const aip_host* host, aip_text id) {
        const auto& self = *static_cast<const OfferingAgent*>(host->context);
        const auto name = aip::detail::view(id);
        const void* table = name == AIP_EXT_HOST_SETTINGS  ? static_cast<const void*>(&self._settings)
                            : name == AIP_EXT_THREAD_CHECK ? static_cast<const void*>(&self._threads)
                            : name == AIP_EXT_ACCOUNT      ? static_cast<const void*>(&self._account)
                                                           : nullptr;
        return self._offers ? table : nullptr;
    }

    static aip_text get(const aip_host_settings* /*table*/, aip_text key) {
        const auto name = aip::detail::view(key);
        return name == AIP_HOST_CLIENT_ID    ? aip::detail::borrow("device 7")
               : name == AIP_HOST_PLUGIN_DIR ? aip::detail::borrow("/plugins/x")
               : name == AIP_HOST_STATE_DIR  ? aip::detail::borrow("/state/x")
               : name == AIP_HOST_OWN_FILES  ? aip::detail::borrow(R"(["/etc/agent.ini","/etc/to ken"])")
                                             : aip_text{nullptr, 0};
    }

    bool _offers;
    aip_host_settings _settings{sizeof(aip_host_settings), 0, nullptr, &get};
    aip_thread_check _threads{sizeof(aip_thread_check), 0, nullptr, [](const aip_thread_check*) { return 0; },
                              [](const aip_thread_check*) { return 1; }};
    aip_account _account{sizeof(aip_account), 0, nullptr,
                         [](const aip_account* /*table*/, const aip_call* call, aip_text json) {
                             *static_cast<std::string*>(call->context) = aip::detail::view(json);
                             return aip_status{AIP_OK};
                         }};
    aip_host _table{sizeof(aip_host), AIP_ABI_MINOR, this, [](const aip_host*, std::int32_t, aip_text) {}, &find};
};

TEST(Agent, tellsThePluginWhatItOffers) {
    const OfferingAgent agent(true);
    EXPECT_EQ(aip::agent::setting(AIP_HOST_CLIENT_ID), "device 7");
    EXPECT_EQ(aip::agent::setting("no_such_key"), std::nullopt);
    EXPECT_EQ(aip::agent::pluginDir(), "/plugins/x");
    EXPECT_EQ(aip::agent::stateDir(), "/state/x");
    EXPECT_EQ(aip::agent::ownFiles(), (std::vector<std::string>{"/etc/agent.ini", "/etc/to ken"}));
    EXPECT_FALSE(aip::agent::onControlThread());
    EXPECT_TRUE(aip::agent::onWorkerThread());
}

TEST(Agent, keepsWhatAToolSaysThatItHasDone) {
    for (const bool offers : {true, false}) {
        const OfferingAgent agent(offers);
        std::string kept;
        aip_call table{};
        table.struct_size = sizeof table;
        table.context = &kept;
        aip::Call(table).account(R"({"argv":["ls"]})");
        EXPECT_EQ(kept, offers ? R"({"argv":["ls"]})" : "");
    }
}

/// An agent that has room for a result, or none, and what a tool gives it.
class AgentWithRoom {
  public:
    explicit AgentWithRoom(bool hasRoom) : _hasRoom(hasRoom) {
        aip::detail::host = &_table;
        _call.struct_size = sizeof _call;
        _call.context = this;
        _call.set_result = [](const aip_call* call, aip_text json) {
            of(call->context).copied = aip::detail::view(json);
        };
    }
    ~AgentWithRoom() { aip::detail::host = nullptr; }

    void take(std::string_view text) const { aip::detail::resultOf(aip::Call(_call), text).handOver(_call); }

    std::string copied;
    std::string written;
    int asked = 0;

  private:
    static AgentWithRoom& of(void* context) { return *static_cast<AgentWithRoom*>(context); }
    static char* give(const aip_result_room* /*table*/, const aip_call* call, std::uint64_t size) {
        auto& self = of(call->context);
        self._room.resize(size);
        self.asked += 1;
        return self._hasRoom ? self._room.data() : nullptr;
    }
    static void set(const aip_result_room* /*table*/, const aip_call* call, std::uint64_t size) {
        of(call->context).written = of(call->context)._room.substr(0, size);
    }

    bool _hasRoom;
    std::string _room;
    aip_call _call{};
    aip_result_room _rooms{sizeof(aip_result_room), 0, nullptr, &give, &set};
    aip_host _table{sizeof(aip_host), AIP_ABI_MINOR, this, [](const aip_host*, std::int32_t, aip_text) {},
                    [](const aip_host* host, aip_text id) -> const void* {
                        return aip::detail::view(id) == AIP_EXT_RESULT_ROOM ? &of(host->context)._rooms : nullptr;
                    }};
};

TEST(Agent, getsALargeTextWhereItHasRoomForIt) {
    std::string text(100'000, 'x');
    text += "\n\"\\\x01\xFF\xC3\xA9";
    for (const bool hasRoom : {true, false}) {
        AgentWithRoom agent(hasRoom);
        agent.take(text);
        EXPECT_EQ(hasRoom ? agent.written : agent.copied, aip::detail::jsonString(text));
        EXPECT_EQ(hasRoom ? agent.copied : agent.written, "");
    }
}

TEST(Agent, isAskedTwiceForRoomForATextOfEscapes) {
    const std::string text(100'000, '\n');
    AgentWithRoom agent(true);
    agent.take(text);
    EXPECT_EQ(agent.written, aip::detail::jsonString(text));
    EXPECT_EQ(agent.asked, 2);
}

TEST(Agent, copiesASmallText) {
    AgentWithRoom agent(true);
    agent.take("x");
    EXPECT_EQ(agent.copied, "\"x\"");
    EXPECT_EQ(agent.asked, 0);
}

TEST(Agent, mayBeTooOldForThat) {
    const OfferingAgent agent(false);
    EXPECT_EQ(aip::agent::setting(AIP_HOST_CLIENT_ID), std::nullopt);
    EXPECT_TRUE(aip::agent::ownFiles().empty());
    EXPECT_EQ(aip::agent::pluginDir(), std::nullopt);
    EXPECT_EQ(aip::agent::stateDir(), std::nullopt);
    EXPECT_TRUE(aip::agent::onControlThread());
    EXPECT_TRUE(aip::agent::onWorkerThread());
}

}  // namespace
