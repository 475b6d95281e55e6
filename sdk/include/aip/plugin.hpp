// aip/plugin.hpp - write a class, get a plugin. C++20, header only; the page to read is sdk/README.md.
//
// Compiles into the plugin and may change freely: the contract with the agent is abi.h and ext/*.h alone.
// Build with aip_add_plugin(), which also defines AIP_PLUGIN_ID and AIP_PLUGIN_VERSION.
#pragma once

#include "abi.h"
#include "detail/agent.hpp"
#include "detail/call.hpp"
#include "detail/description.hpp"
#include "detail/dynamic_tools.hpp"
#include "detail/error.hpp"
#include "detail/instance.hpp"
#include "detail/json.hpp"
#include "detail/log.hpp"
#include "detail/param.hpp"
#include "detail/settings.hpp"
#include "detail/task.hpp"
#include "detail/tool.hpp"
#include "detail/types.hpp"

/// Once per library, at file scope. `Type` is default-constructible and has `static void
/// describe(aip::Description<Type>&)`; it may have start(const aip::Settings&) or start(), stop(),
/// onTaskBegin(const aip::Task&) and onTaskEnd(const aip::Task&) [as a tool], and onCancel(std::string_view callId)
/// [any thread].
#define AIP_PLUGIN(Type)                                                                       \
    extern "C" AIP_EXPORT const aip_plugin_entry aip_plugin_entry_v1{sizeof(aip_plugin_entry), \
                                                                     AIP_ABI_MAJOR,            \
                                                                     AIP_ABI_MINOR,            \
                                                                     AIP_ABI_MINOR_REQUIRED,   \
                                                                     AIP_PLUGIN_ID,            \
                                                                     AIP_PLUGIN_VERSION,       \
                                                                     &aip::detail::Instance<Type>::create};
