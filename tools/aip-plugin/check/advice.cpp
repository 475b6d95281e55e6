#include "scorecard.h"

#include <algorithm>
#include <array>

namespace aip::tool {
namespace {

constexpr Advice table[] = {
    // Before any code runs
    {"manifest-missing", true, "build with aip_add_plugin(), or write one with `aip-plugin manifest`"},
    {"manifest-invalid", true, "see schema/plugin.schema.json; aip_add_plugin() writes what is right"},
    {"manifest-stale", true,
     "the library describes itself differently: run `aip-plugin manifest` again after each link"},
    {"schema-invalid", true,
     "the agent leaves the tool out: mend its JSON Schema (draft 7 or 2020-12; no look-around, no back-references)"},
    {"schema-keyword", false, "JSON Schema does not know this keyword, and so it checks nothing: is it misspelt?"},
    {"id-mismatch", true, "name the folder like the id"},
    {"platform-mismatch", true, "build it for this platform to check it here"},
    {"abi-major", true, "build it with the SDK of the agent"},
    {"abi-minor", true, "it needs a newer agent than this tool belongs to"},
    {"permissions", false,
     "where the agent finds it, file, folder and parents must belong to root or the agent's user and "
     "be writable by no one else"},
    {"hash-mismatch", true,
     "a file was changed after its manifest: strip a library before it, never after (`aip-plugin manifest`); that of a "
     "program is written again by `aip-plugin dev`, or by the program itself (--manifest)"},
    {"entry-missing", true,
     "a library exports the one constant object aip_plugin_entry_v1 (AIP_PLUGIN, or AIP_EXPORT in C); a program and "
     "its "
     "interpreter must be installed and executable"},
    {"export-extra", true,
     "hide everything else (-fvisibility=hidden and aip_plugin.map, as aip_add_plugin() does): other "
     "libraries of the process could bind to it"},
    {"symbol-from-host", true,
     "link what has these symbols (-Wl,-z,defs says so at build time): a plugin takes nothing from "
     "the program that loads it"},
    {"load-failed", true,
     "make sure that the libraries it needs are installed, and that loading runs no code that fails"},
    // Starting
    {"entry-invalid", true, "entry and manifest must say the same id, version and ABI: build them together"},
    {"create-failed", true, "create() makes the instance and nothing else: leave what can fail to start()"},
    {"extension-missing", true, "get_extension() must answer what the manifest promises"},
    {"tool-missing", true, "run `aip-plugin manifest` again after each link"},
    {"settings-invalid", true, "give settings that fit with --settings=JSON"},
    {"start-failed", true, "if it needs settings, give them with --settings=JSON"},
    {"start-timeout", true, "start() has 10 s: do long work in a thread of your own or with the first call"},
    {"settings-made-up", false, "it has required settings; --settings=JSON gives real ones"},
    // Calls
    {"crash", true,
     "run the call under a debugger: `gdb --args aip-plugin call ... --in-process`; every running call of the plugin "
     "is lost "
     "with it"},
    {"exception", true,
     "catch everything before it leaves execute(), as plugin.hpp does: across the C border it is undefined"},
    {"call-hangs", true,
     "look at is_cancelled() or wait_cancelled(): the agent kills what does not return after its grace time"},
    {"result-invalid", true, "set_result() takes one JSON value in UTF-8: escape what you put in (aip::Object does)"},
    {"result-too-large", true, "return less, or send a file (aip.artifacts/1)"},
    {"result-unlike-schema", true, "result and output_schema must agree; leave the schema out if there is no telling"},
    {"internal-error", false, "INTERNAL means a defect: throw aip::Error with the code that says what went wrong"},
    {"no-valid-input", false,
     "no input was found that fits the schema, so the tool was not called with any: add \"examples\""},
    {"call-limit", false,
     "not all calls were made; --thorough takes the time, --budget=SECONDS gives each tool so much"},
    {"nothing-called", true, "a tool must be called to be known to work: leave some to the check (--skip, --only)"},
    {"nothing-succeeded", true,
     "calls that all fail show nothing: narrow the schema to what the tool takes, add \"examples\" to it, or give "
     "--settings=JSON that let it work"},
    {"tool-unproven", false,
     "whether it works is not known: narrow its schema to what it takes, or add \"examples\" to it"},
    {"default-invalid", true, "a default must keep the limits of its own schema"},
    {"annotation-unknown", true,
     "MCP knows title, readOnlyHint, destructiveHint, idempotentHint and openWorldHint; your own begin with x- or have "
     "a "
     "dot"},
    {"settings-unread", true, "take const aip::Settings& in start(), or describe no settings"},
    {"device-info-invalid", true, "collect() must succeed with a JSON object as its result"},
    {"cancel-slow", true, "look at the cancel flag more often, or wait with wait_cancelled()"},
    // What is left over
    {"memory-grows", true, "free what each call allocates; a cache needs a limit"},
    {"descriptors-grow", true, "close what each call opens, on its failures too"},
    {"threads-grow", true, "join what each call starts"},
    {"children-grow", true, "wait for the processes that each call starts; what is not waited for stays as a zombie"},
    {"process-changed", true,
     "working directory, umask, signal handlers, locale and environment are the process's, which may be the agent's: "
     "give "
     "child processes theirs, and functions theirs (openat, uselocale)"},
    {"process-unseen", false,
     "it was started, called and stopped as with isolation = in_process, and did not get through that"},
    {"stop-hangs", true, "stop() must end every thread and return: the agent has other things to do"},
    {"restart-failed", true, "nothing of an earlier instance (files, locks, ports) may be in the way of the next"},
    {"starts-children", false, "a confined agent may forbid child processes"},
    {"tool-skipped", false, ""},
};

constexpr Advice unknown{"", true, ""};

}  // namespace

const Advice& adviceFor(std::string_view code) {
    const auto* found = std::ranges::find(table, code, &Advice::code);
    return found == std::end(table) ? unknown : *found;
}

}  // namespace aip::tool
