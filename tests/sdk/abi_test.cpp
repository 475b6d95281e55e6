#include <aip/abi.h>
#include <aip/ext/artifacts.h>
#include <aip/ext/command_executor.h>
#include <aip/ext/device_info.h>
#include <aip/ext/dynamic_tools.h>
#include <aip/ext/host_settings.h>
#include <aip/ext/manifest.h>
#include <aip/ext/result_room.h>
#include <aip/ext/task_events.h>
#include <aip/ext/thread_check.h>

#include <gtest/gtest.h>

#include <cstddef>

// What was published is never moved: a line here may be added, not changed.
namespace {

TEST(Abi, theHostTableIsAsPublished) {
    EXPECT_EQ(offsetof(aip_host, struct_size), 0U);
    EXPECT_EQ(offsetof(aip_host, abi_minor), 4U);
    EXPECT_EQ(offsetof(aip_host, context), 8U);
    EXPECT_EQ(offsetof(aip_host, log), 16U);
    EXPECT_EQ(offsetof(aip_host, get_extension), 24U);
}

TEST(Abi, theCallTableIsAsPublished) {
    EXPECT_EQ(offsetof(aip_call, struct_size), 0U);
    EXPECT_EQ(offsetof(aip_call, context), 8U);
    EXPECT_EQ(offsetof(aip_call, call_id), 16U);
    EXPECT_EQ(offsetof(aip_call, is_cancelled), 24U);
    EXPECT_EQ(offsetof(aip_call, wait_cancelled), 32U);
    EXPECT_EQ(offsetof(aip_call, remaining_ms), 40U);
    EXPECT_EQ(offsetof(aip_call, set_result), 48U);
    EXPECT_EQ(offsetof(aip_call, set_error), 56U);
    EXPECT_EQ(offsetof(aip_call, progress), 64U);
    EXPECT_EQ(offsetof(aip_call, agent_name), 72U);
    EXPECT_EQ(offsetof(aip_call, root_name), 80U);
    EXPECT_EQ(offsetof(aip_call, process_name), 88U);
    EXPECT_EQ(offsetof(aip_call, session_id), 96U);
    EXPECT_EQ(offsetof(aip_call, task_name), 104U);
}

TEST(Abi, thePluginTableIsAsPublished) {
    EXPECT_EQ(offsetof(aip_plugin, struct_size), 0U);
    EXPECT_EQ(offsetof(aip_plugin, context), 8U);
    EXPECT_EQ(offsetof(aip_plugin, start), 16U);
    EXPECT_EQ(offsetof(aip_plugin, stop), 24U);
    EXPECT_EQ(offsetof(aip_plugin, destroy), 32U);
    EXPECT_EQ(offsetof(aip_plugin, get_extension), 40U);
}

TEST(Abi, theEntryIsAsPublished) {
    EXPECT_EQ(offsetof(aip_plugin_entry, struct_size), 0U);
    EXPECT_EQ(offsetof(aip_plugin_entry, abi_major), 4U);
    EXPECT_EQ(offsetof(aip_plugin_entry, abi_minor), 8U);
    EXPECT_EQ(offsetof(aip_plugin_entry, abi_minor_required), 12U);
    EXPECT_EQ(offsetof(aip_plugin_entry, id), 16U);
    EXPECT_EQ(offsetof(aip_plugin_entry, version), 24U);
    EXPECT_EQ(offsetof(aip_plugin_entry, create), 32U);
    EXPECT_STREQ(AIP_ENTRY_SYMBOL, "aip_plugin_entry_v1");
}

TEST(Abi, theExtensionTablesAreAsPublished) {
    EXPECT_EQ(offsetof(aip_command, tool), 8U);
    EXPECT_EQ(offsetof(aip_command, tool_type), 24U);
    EXPECT_EQ(offsetof(aip_command, parameters_json), 40U);
    EXPECT_EQ(offsetof(aip_command_executor, execute), 8U);
    EXPECT_EQ(offsetof(aip_command_executor, cancel), 16U);
    EXPECT_EQ(offsetof(aip_device_info, collect), 8U);
    EXPECT_EQ(offsetof(aip_manifest, describe), 8U);
    EXPECT_EQ(offsetof(aip_artifact, name), 8U);
    EXPECT_EQ(offsetof(aip_artifact, mime_type), 24U);
    EXPECT_EQ(offsetof(aip_artifacts, context), 8U);
    EXPECT_EQ(offsetof(aip_artifacts, send_file), 16U);
    EXPECT_EQ(offsetof(aip_artifacts, send_bytes), 24U);
    EXPECT_EQ(offsetof(aip_thread_check, context), 8U);
    EXPECT_EQ(offsetof(aip_thread_check, is_control_thread), 16U);
    EXPECT_EQ(offsetof(aip_thread_check, is_worker_thread), 24U);
    EXPECT_EQ(offsetof(aip_host_settings, context), 8U);
    EXPECT_EQ(offsetof(aip_host_settings, get), 16U);
    EXPECT_EQ(offsetof(aip_dynamic_tools, struct_size), 0U);
    EXPECT_EQ(offsetof(aip_dynamic_tools, list), 8U);
    EXPECT_EQ(offsetof(aip_dynamic_tools_host, struct_size), 0U);
    EXPECT_EQ(offsetof(aip_dynamic_tools_host, context), 8U);
    EXPECT_EQ(offsetof(aip_dynamic_tools_host, changed), 16U);
    EXPECT_EQ(offsetof(aip_result_room, struct_size), 0U);
    EXPECT_EQ(offsetof(aip_result_room, context), 8U);
    EXPECT_EQ(offsetof(aip_result_room, give), 16U);
    EXPECT_EQ(offsetof(aip_result_room, set), 24U);
    EXPECT_EQ(offsetof(aip_task, struct_size), 0U);
    EXPECT_EQ(offsetof(aip_task, session_id), 8U);
    EXPECT_EQ(offsetof(aip_task, task_name), 24U);
    EXPECT_EQ(offsetof(aip_task_events, struct_size), 0U);
    EXPECT_EQ(offsetof(aip_task_events, began), 8U);
    EXPECT_EQ(offsetof(aip_task_events, ended), 16U);
    EXPECT_STREQ(AIP_EXT_TASK_EVENTS, "aip.task-events/1");
    EXPECT_STREQ(AIP_EXT_DYNAMIC_TOOLS, "aip.dynamic-tools/1");
    EXPECT_STREQ(AIP_EXT_ARTIFACTS, "aip.artifacts/1");
    EXPECT_STREQ(AIP_EXT_COMMAND_EXECUTOR, "aip.command-executor/1");
    EXPECT_STREQ(AIP_EXT_DEVICE_INFO, "aip.device-info/1");
    EXPECT_STREQ(AIP_EXT_HOST_SETTINGS, "aip.host-settings/1");
    EXPECT_STREQ(AIP_EXT_MANIFEST, "aip.manifest/1");
    EXPECT_STREQ(AIP_EXT_THREAD_CHECK, "aip.thread-check/1");
    EXPECT_STREQ(AIP_EXT_RESULT_ROOM, "aip.result-room/1");
}

TEST(Abi, theKeysOfTheHostSettingsAreAsPublished) {
    EXPECT_STREQ(AIP_HOST_AGENT_NAME, "agent_name");
    EXPECT_STREQ(AIP_HOST_AGENT_VERSION, "agent_version");
    EXPECT_STREQ(AIP_HOST_ABI_VERSION, "abi_version");
    EXPECT_STREQ(AIP_HOST_CLIENT_ID, "client_id");
    EXPECT_STREQ(AIP_HOST_ISOLATION, "isolation");
    EXPECT_STREQ(AIP_HOST_MAX_RESULT_SIZE, "max_result_size");
    EXPECT_STREQ(AIP_HOST_CANCEL_GRACE_MS, "cancel_grace_ms");
    EXPECT_STREQ(AIP_HOST_PLUGIN_DIR, "plugin_dir");
    EXPECT_STREQ(AIP_HOST_STATE_DIR, "state_dir");
}

TEST(Abi, theStatusCodesAreAsPublished) {
    const aip_status codes[] = {AIP_OK,        AIP_INVALID,  AIP_NOT_FOUND, AIP_UNSUPPORTED,
                                AIP_CANCELLED, AIP_DEADLINE, AIP_DENIED,    AIP_UNAVAILABLE,
                                AIP_EXHAUSTED, AIP_STATE,    AIP_INTERNAL};
    for (aip_status value = 0; value <= 10; ++value) {
        EXPECT_EQ(codes[value], value);
    }
    EXPECT_EQ(AIP_PLUGIN_STATUS, 1000);
}

TEST(Abi, aFieldIsOnlyThereIfTheTableIsLargeEnoughAndThePointerIsSet) {
    aip_command_executor table{};
    EXPECT_FALSE(AIP_HAS(aip_command_executor, &table, cancel));
    table.cancel = [](aip_plugin*, aip_text) {};
    table.struct_size = AIP_END_OF(aip_command_executor, execute);
    EXPECT_FALSE(AIP_HAS(aip_command_executor, &table, cancel));
    table.struct_size = AIP_END_OF(aip_command_executor, cancel);
    EXPECT_TRUE(AIP_HAS(aip_command_executor, &table, cancel));
}

}  // namespace
