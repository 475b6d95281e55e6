// A plugin under test, reached through its C tables.
#pragma once

#include "../../abi.h"
#include "../../ext/command_executor.h"
#include "../../ext/device_info.h"
#include "../../ext/dynamic_tools.h"
#include "../../ext/manifest.h"
#include "../../ext/task_events.h"
#include "../../json.h"
#include "../error.hpp"
#include "../read.hpp"
#include "../text.hpp"
#include "call_state.hpp"
#include "fake_agent.hpp"

#include <atomic>
#include <cstdint>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace aip::testing::detail {

/// What a call is for.
struct Command {
    std::string type;  ///< empty: collect
    std::string tool;
    std::string parameters;
};

/// The instance. It is shared with the threads that run its calls and ends with the last of them: one whose tool never
/// returns is never destroyed.
class Subject {
  public:
    Subject(const aip_plugin_entry& entry, bool takesFiles) : _agent(takesFiles) {
        aip_status status = AIP_OK;
        _plugin = entry.create(_agent.table(), &status);
        if (!_plugin) {
            throw failure("create()", status);
        }
        readManifest();
    }
    ~Subject() {
        stop();
        _plugin->destroy(_plugin);
    }
    Subject(const Subject&) = delete;
    Subject& operator=(const Subject&) = delete;

    void start(std::string_view settings) {
        const auto status = _plugin->start(_plugin, aip::detail::borrow(settings));
        if (status != AIP_OK) {
            throw failure("start()", status);
        }
        _started = true;
    }

    void stop() {
        if (_started.exchange(false)) {
            _plugin->stop(_plugin);
        }
    }

    const std::string& manifest() const { return _manifest; }
    const FakeAgent& agent() const { return _agent; }

    /// Takes one of the places that the manifest grants.
    void enter() {
        const auto before = _inside.fetch_add(1);
        if (!_started || before >= _concurrency) {
            --_inside;
            throw Error(Code::state, _started ? "more calls at once than its concurrency (" +
                                                    std::to_string(_concurrency) + ") allows"
                                              : "the plugin is not started");
        }
    }

    /// Runs the call to its end and gives the place back.
    void run(CallState& call, const Command& command) {
        const auto begin = Clock::now();
        aip_status status = AIP_INTERNAL;
        try {
            status = invoke(call, command);
        } catch (const std::exception& thrown) {
            call.fail(std::string("an exception left the plugin: ") + thrown.what());
        } catch (...) {
            call.fail("an exception left the plugin");
        }
        --_inside;
        call.finish(status, Clock::now() - begin);
    }

    /// As a call that does nothing but tell the plugin of a task.
    void tellTask(bool begins, const std::string& session, const std::string& name) {
        const auto* table = extension<aip_task_events>(AIP_EXT_TASK_EVENTS);
        const auto function = !table ? nullptr : begins ? table->began : table->ended;
        if (function) {
            enter();
            const aip_task task{sizeof(aip_task), 0, aip::detail::borrow(session), aip::detail::borrow(name)};
            function(_plugin, &task);
            --_inside;
        }
    }

    void cancel(CallState& call) {
        const auto* executor = extension<aip_command_executor>(AIP_EXT_COMMAND_EXECUTOR);
        if (call.cancel() && executor && executor->cancel) {
            executor->cancel(_plugin, aip::detail::borrow(call.id()));
        }
    }

    /// "action" or "data_collection": what the manifest calls a tool of this name, "action" if it does not know it.
    std::string typeOf(std::string_view tool) const {
        aip_json manifest{};
        aip_json dynamic{};
        const std::string listed = listDynamic();
        aip_json_parse(aip::detail::borrow(_manifest), &manifest);
        aip_json_parse(aip::detail::borrow(listed), &dynamic);
        const auto declared = typeIn(aip_json_member(manifest, "tools"), tool);
        return declared ? *declared : typeIn(dynamic, tool).value_or("action");
    }

  private:
    /// The tools that it has at run time, an array; empty if it has none.
    std::string listDynamic() const {
        std::string json;
        if (const auto* table = extension<aip_dynamic_tools>(AIP_EXT_DYNAMIC_TOOLS)) {
            table->list(_plugin, &append, &json);
        }
        return json;
    }

    static std::optional<std::string> typeIn(aip_json tools, std::string_view tool) {
        for (auto entry = aip_json_items_of(tools); aip_json_next(&entry) != 0;) {
            if (aip_json_is(aip_json_member(entry.value, "name"), aip::detail::borrow(tool)) != 0) {
                return aip::detail::read<std::string>({aip_json_member(entry.value, "type"), nullptr});
            }
        }
        return std::nullopt;
    }

    template <typename Table>
    const Table* extension(std::string_view id) const {
        return static_cast<const Table*>(_plugin->get_extension(_plugin, aip::detail::borrow(id)));
    }

    Error failure(std::string_view where, aip_status status) const {
        const std::string said = _agent.lastError();
        return {status == AIP_OK ? AIP_INTERNAL : status,
                said.empty() ? std::string(where) + " failed with status " + std::to_string(status) : said};
    }

    static void append(void* sink, aip_text piece) {
        static_cast<std::string*>(sink)->append(aip::detail::view(piece));
    }

    /// A plugin that does not describe itself (plain C) has none, and no limit that is known here.
    void readManifest() {
        const auto* table = extension<aip_manifest>(AIP_EXT_MANIFEST);
        if (!table) {
            return;
        }
        if (const auto status = table->describe(_plugin, &append, &_manifest); status != AIP_OK) {
            throw failure("describe()", status);
        }
        aip_json manifest{};
        aip_json_parse(aip::detail::borrow(_manifest), &manifest);
        aip_json_uint64(aip_json_member(manifest, "concurrency"), &_concurrency);
    }

    aip_status invoke(CallState& call, const Command& command) {
        using aip::detail::borrow;
        if (command.type.empty()) {
            const auto* info = extension<aip_device_info>(AIP_EXT_DEVICE_INFO);
            return info ? info->collect(_plugin, call.table()) : missing(call, AIP_EXT_DEVICE_INFO);
        }
        const auto* executor = extension<aip_command_executor>(AIP_EXT_COMMAND_EXECUTOR);
        const aip_command raw{sizeof(aip_command), 0, borrow(command.tool), borrow(command.type),
                              borrow(command.parameters)};
        return executor ? executor->execute(_plugin, call.table(), &raw) : missing(call, AIP_EXT_COMMAND_EXECUTOR);
    }

    static aip_status missing(CallState& call, const char* id) {
        call.fail(std::string("the plugin has no ") + id);
        return AIP_UNSUPPORTED;
    }

    FakeAgent _agent;
    aip_plugin* _plugin = nullptr;
    std::string _manifest;
    std::uint64_t _concurrency = UINT64_MAX;
    std::atomic<bool> _started = false;
    std::atomic<std::uint64_t> _inside = 0;
};

}  // namespace aip::testing::detail
