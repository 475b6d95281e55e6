#include "describe.h"

#include <aip/abi.h>
#include <aip/ext/manifest.h>

#include <boost/dll/shared_library.hpp>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <iostream>
#include <stdexcept>
#include <string_view>

#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace aip::tool {
namespace {

using Clock = std::chrono::steady_clock;

constexpr char described = '+';
constexpr char refused = '-';

void logLine(const aip_host*, std::int32_t level, aip_text message) {
    if (level >= AIP_LOG_WARN) {
        std::cerr << std::string_view(message.data, message.size) << '\n';
    }
}

const void* noExtension(const aip_host*, aip_text) {
    return nullptr;
}

void append(void* sink, aip_text piece) {
    static_cast<std::string*>(sink)->append(piece.data, piece.size);
}

void checkEntry(const aip_plugin_entry& entry) {
    if (entry.abi_major != AIP_ABI_MAJOR || entry.struct_size < AIP_END_OF(aip_plugin_entry, create)) {
        throw std::runtime_error("built for ABI " + std::to_string(entry.abi_major) + ", this tool knows " +
                                 std::to_string(AIP_ABI_MAJOR));
    }
}

std::string manifestOf(aip_plugin& plugin) {
    constexpr std::string_view id = AIP_EXT_MANIFEST;
    const auto* table = static_cast<const aip_manifest*>(plugin.get_extension(&plugin, {id.data(), id.size()}));
    if (!table) {
        throw std::runtime_error("does not implement " AIP_EXT_MANIFEST ": give its manifest with --from");
    }
    std::string text;
    if (const auto status = table->describe(&plugin, &append, &text); status != AIP_OK) {
        throw std::runtime_error("describing itself failed with status " + std::to_string(status));
    }
    return text;
}

std::string load(const std::filesystem::path& library) {
    const boost::dll::shared_library loaded(library.string(), boost::dll::load_mode::rtld_now);
    const auto& entry = loaded.get<const aip_plugin_entry>(AIP_ENTRY_SYMBOL);
    checkEntry(entry);
    const aip_host host{sizeof(aip_host), AIP_ABI_MINOR, nullptr, &logLine, &noExtension};
    aip_status status = AIP_OK;
    aip_plugin* plugin = entry.create(&host, &status);
    if (!plugin) {
        throw std::runtime_error("create() failed with status " + std::to_string(status));
    }
    auto text = manifestOf(*plugin);
    plugin->destroy(plugin);
    return text;
}

std::string loadInChild(const std::filesystem::path& library) {
    try {
        return described + load(library);
    } catch (const std::exception& error) {
        return refused + std::string(error.what());
    }
}

void sendAll(int pipe, std::string_view text) {
    while (!text.empty()) {
        const auto sent = ::write(pipe, text.data(), text.size());
        if (sent < 0 && errno != EINTR) {
            return;
        }
        text.remove_prefix(static_cast<std::size_t>(std::max<ssize_t>(sent, 0)));
    }
}

[[noreturn]] void runChild(const std::filesystem::path& library, int pipe) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    ::dup2(STDERR_FILENO, STDOUT_FILENO);  // what the library prints must not get into the manifest
    sendAll(pipe, loadInChild(library));
    ::_exit(0);
}

/// Everything that comes until the other side closes; false at the time limit.
bool receiveAll(int pipe, Clock::time_point deadline, std::string& text) {
    for (;;) {
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now()).count();
        pollfd readable{pipe, POLLIN, 0};
        const int ready = left <= 0 ? 0 : ::poll(&readable, 1, static_cast<int>(left));
        if (ready == 0) {
            return false;
        }
        if (ready < 0) {
            continue;
        }
        char buffer[16384];
        const auto size = ::read(pipe, buffer, sizeof buffer);
        if (size == 0) {
            return true;
        }
        if (size > 0) {
            text.append(buffer, static_cast<std::size_t>(size));
        }
    }
}

base::Error failure(const std::string& text) {
    return {base::Code::invalid, text};
}

base::Result<std::string> verdict(const std::string& answer, int status) {
    if (WIFSIGNALED(status)) {
        return failure("crashed while it was loaded or described itself (" +
                       std::string(::strsignal(WTERMSIG(status))) + ")");
    }
    if (answer.empty()) {
        return failure("ended the process while it was loaded or described itself");
    }
    auto text = answer.substr(1);
    if (answer[0] == refused) {
        return failure(text);
    }
    return text;
}

}  // namespace

base::Result<std::string> describeLibrary(const std::filesystem::path& library, std::chrono::milliseconds limit) {
    int pipe[2];
    if (::pipe(pipe) != 0) {
        return failure(std::string("pipe: ") + std::strerror(errno));
    }
    const pid_t child = ::fork();
    if (child == 0) {
        ::close(pipe[0]);
        runChild(std::filesystem::absolute(library), pipe[1]);
    }
    ::close(pipe[1]);
    std::string answer;
    const bool inTime = child > 0 && receiveAll(pipe[0], Clock::now() + limit, answer);
    ::close(pipe[0]);
    if (child < 0) {
        return failure(std::string("fork: ") + std::strerror(errno));
    }
    if (!inTime) {
        ::kill(child, SIGKILL);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    if (!inTime) {
        return failure("did not describe itself within " + std::to_string(limit.count()) + " ms");
    }
    return verdict(answer, status);
}

}  // namespace aip::tool
