#include "base/build.h"
#include "base/descriptor.h"
#include "base/help.h"
#include "base/log.h"
#include "options.h"
#include "server.h"

#include <Poco/Exception.h>
#include <Poco/Util/OptionException.h>
#include <Poco/Util/ServerApplication.h>
#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

#include <csignal>
#include <filesystem>
#include <iostream>
#include <system_error>

namespace {

using namespace aip::server;

/// Blocked before the first thread starts, so that they wait for waitForTerminationRequest() whenever they come.
void blockSignals() {
    sigset_t signals;
    sigemptyset(&signals);
    for (const int signal : {SIGINT, SIGTERM, SIGQUIT}) {
        sigaddset(&signals, signal);
    }
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    std::signal(SIGPIPE, SIG_IGN);
}

/// The levels of base::log are the first of spdlog's.
void startLog(const std::string& levelName) {
    const auto lowest = spdlog::level::from_str(levelName);
    if (lowest == spdlog::level::off) {
        return;
    }
    auto logger = spdlog::stderr_color_mt("aip-server");
    logger->set_pattern("%Y-%m-%dT%H:%M:%S.%f%z %l %v");
    logger->set_level(lowest);
    aip::base::log::setSink(static_cast<aip::base::log::Level>(lowest),
                            [logger](aip::base::log::Level level, std::string_view line) {
                                logger->log(static_cast<spdlog::level::level_enum>(level), line);
                            });
}

int misused(const std::string& text) {
    std::cerr << aip::base::wrongUsage("aip-server", text) << std::flush;
    return Poco::Util::Application::EXIT_USAGE;
}

/// POCO's Application cannot do without one.
bool hasWorkingDirectory() {
    std::error_code failed;
    static_cast<void>(std::filesystem::current_path(failed));
    return !failed;
}

class AgentServer final : public Poco::Util::ServerApplication {
  public:
    int start(int argc, char** argv) {
        init(argc, argv);
        return run();
    }

  protected:
    void defineOptions(Poco::Util::OptionSet& options) override { aip::server::defineOptions(options); }

    void handleOption(const std::string& name, const std::string& value) override {
        Application::handleOption(name, value);
        if (name == "help" || name == "version") {
            stopOptionsProcessing();
        }
    }

    int main(const std::vector<std::string>& arguments) override {
        if (config().has("server.help")) {
            return print(serverHelp());
        }
        if (config().has("server.version")) {
            return print(aip::base::versionText("aip-server"));
        }
        if (!arguments.empty()) {
            return misused("unexpected argument '" + arguments.front() + "'");
        }
        const auto options = readOptions(config());
        return options ? serve(*options) : fail(EXIT_CONFIG, options.error().text());
    }

  private:
    static int print(const std::string& text) {
        std::cout << text << std::flush;
        return printed();
    }

    static int printed() { return std::cout ? EXIT_OK : fail(EXIT_SOFTWARE, "standard output cannot be written"); }

    static int fail(int status, const std::string& text) {
        std::cerr << "aip-server: " << text << std::endl;
        return status;
    }

    static int announce(const Server& server, const Options& options) {
        if (!options.portFile.empty()) {
            if (auto written = writeFile(options.portFile, std::to_string(server.port()) + "\n"); !written) {
                return fail(EXIT_CONFIG, "port file " + written.error().text());
            }
        }
        if (options.keyGenerated) {
            std::cout << "aip-server key " << options.settings.key << "\n";
        }
        std::cout << "aip-server listening on " << server.address() << std::endl;
        return options.keyGenerated ? printed() : EXIT_OK;  // nobody else knows the key
    }

    int serve(const Options& options) {
        startLog(options.logLevel);
        std::unique_ptr<Server> server;
        try {
            server = std::make_unique<Server>(options.settings);
        } catch (const Poco::Exception& error) {
            return fail(EXIT_UNAVAILABLE, "listening on " + options.settings.bind + ":" +
                                              std::to_string(options.settings.port) + ": " + error.displayText());
        }
        if (const int status = announce(*server, options); status != EXIT_OK) {
            return status;
        }
        waitForTerminationRequest();
        aip::base::log::info("stopping");
        server->stop();
        return EXIT_OK;
    }
};

}  // namespace

int main(int argc, char** argv) {
    aip::base::occupyStandardDescriptors();
    blockSignals();
    if (!hasWorkingDirectory()) {
        std::cerr << "aip-server: the working directory has been deleted" << std::endl;
        return Poco::Util::Application::EXIT_SOFTWARE;
    }
    AgentServer server;
    try {
        return server.start(argc, argv);
    } catch (const Poco::Util::UnknownOptionException& error) {
        return misused(aip::base::unknownWord((error.message().size() == 1 ? "-" : "--") + error.message()));
    } catch (const Poco::Util::OptionException& error) {
        return misused(error.displayText());
    } catch (const std::exception& error) {
        std::cerr << "aip-server: " << error.what() << std::endl;
        return Poco::Util::Application::EXIT_SOFTWARE;
    }
}
