#include "plugins/in_process_slot.h"
#include "runner.h"

#include <cerrno>
#include <cstring>
#include <iostream>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

namespace aip::tool {

base::Result<std::unique_ptr<plugins::Slot>> makeSlot(const PluginFile& plugin, std::string configJson,
                                                      plugins::LogSink log) {
    plugins::Descriptor library(::open(plugin.library.c_str(), O_RDONLY | O_CLOEXEC));
    if (!library) {
        return base::Error(base::Code::notFound, plugin.library.string() + ": " + std::strerror(errno));
    }
    plugins::SlotSettings settings;
    settings.configJson = std::move(configJson);
    settings.log = std::move(log);
    return std::unique_ptr<plugins::Slot>(
        std::make_unique<plugins::InProcessSlot>(plugin.manifest, std::move(library), std::move(settings)));
}

pid_t processOf(const plugins::Slot&) {
    return ::getpid();
}

plugins::LogSink printLog(const std::string& id) {
    return [id](int level, std::string_view line) {
        static constexpr const char* names[] = {"trace", "debug", "info", "warn", "error"};
        const char* name = level >= 0 && level < 5 ? names[level] : "info";
        std::cerr << id + ": " + name + ": " + std::string(line) + "\n";
    };
}

}  // namespace aip::tool
