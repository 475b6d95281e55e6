#include "contestant.h"

#include <fmt/format.h>

#include <fstream>
#include <utility>

namespace aip::bench {
namespace {

constexpr std::chrono::seconds startLimit{30};

/// A line of the configuration.
std::string isolationOf(Client client) {
    return client == Client::inProcess ? "isolation = in_process\n"
           : client == Client::perCall ? "isolation = per_call\n"
                                       : "";
}

/// One for all clients; null: they do not speak TLS.
const TlsIdentity* identity(const LinkOptions& options) {
    static const TlsIdentity made;
    return options.tls ? &made : nullptr;
}

/// Lines of the configuration; what they name is put into `folder`.
std::string serverOf(const LinkOptions& options, std::uint16_t port, const std::filesystem::path& folder) {
    const auto* tls = identity(options);
    if (tls == nullptr) {
        return fmt::format("url = ws://127.0.0.1:{}/ws\n", port);
    }
    const auto file = folder / "server.pem";
    std::ofstream(file) << tls->certificatePem();
    return fmt::format("url = wss://127.0.0.1:{}/ws\nca_file = {}\n", port, file.string());
}

std::string configuration(const LinkOptions& options, Client client, const std::string& server,
                          const std::string& more) {
    return fmt::format(
        "[server]\n{}[client]\nid = aip-bench\n[plugins]\ndirectories = {}\n{}"
        "[profile.bench]\nagent = BenchAgent\nroot = default\naction = Bench\n{}",
        server, options.plugins.string(), isolationOf(client), more);
}

}  // namespace

Contestant Contestant::agent(const LinkOptions& options, Client client, const std::string& more) {
    auto folder = std::make_unique<TemporaryFolder>();
    const Listener listener;
    const auto file = folder->path() / "aip-agent.ini";
    std::ofstream(file) << configuration(options, client, serverOf(options, listener.port(), folder->path()), more);
    return {options, std::move(folder), listener, {options.agent.string(), "--config=" + file.string()}};
}

Contestant Contestant::floor(const LinkOptions& options, Client client) {
    const Listener listener;
    std::vector<std::string> words{options.floor.string() + (options.tls ? "-tls" : ""),
                                   std::to_string(listener.port())};
    if (client == Client::honestFloor) {
        words.emplace_back("honest");
    }
    return {options, std::make_unique<TemporaryFolder>(), listener, words};
}

Contestant Contestant::make(const LinkOptions& options, Client client) {
    return static_cast<std::size_t>(client) < agentCount ? agent(options, client) : floor(options, client);
}

Contestant::Contestant(const LinkOptions& options, std::unique_ptr<TemporaryFolder> folder, const Listener& listener,
                       const std::vector<std::string>& words)
    : _folder(std::move(folder)) {
    const auto begin = Clock::now();
    _process = std::make_unique<Process>(words, _folder->path() / "log");
    _device = std::make_unique<Device>(Wire(listener.accept(startLimit), identity(options)));
    _startMs = millisecondsSince(begin);
}

double millisecondsSince(Contestant::Clock::time_point begin) {
    return std::chrono::duration<double, std::milli>(Contestant::Clock::now() - begin).count();
}

}  // namespace aip::bench
