#pragma once

#include "base/error.h"
#include "dev/events.h"

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace aip::tool::dev {

/// How the plugin of a folder is made.
enum class Kind {
    cmake,    ///< it has a CMakeLists.txt
    cargo,    ///< it has a Cargo.toml
    program,  ///< it has a plugin.json with a "command", or one executable file, which writes it
    sources,  ///< it has C or C++ files and nothing that says how they are built
};

/// In this order. NOT_FOUND says what is looked for, DENIED that a script is not executable.
base::Result<Kind> kindOf(const std::filesystem::path& folder);

struct Place {
    std::filesystem::path folder;  ///< the author's
    std::filesystem::path build;   ///< ours; it need not be there
    std::filesystem::path prefix;  ///< where the SDK is installed
    bool again = false;            ///< built more than once: the first time may take longer for that
};

struct Built {
    std::vector<std::filesystem::path> plugins;  ///< the folders of the finished plugins; never empty
    std::vector<std::string> written{};          ///< names of files that were written into the author's folder
    std::string remark{};                        ///< for the author; perhaps empty
};

/// Makes the plugin again after each change.
class Builder {
  public:
    virtual ~Builder() = default;
    Builder(const Builder&) = delete;
    Builder& operator=(const Builder&) = delete;

    /// The text of an error may have many lines. CANCELLED if we are asked to stop.
    virtual base::Result<Built> build() = 0;

  protected:
    Builder() = default;
};

std::unique_ptr<Builder> makeBuilder(Kind kind, Place place, Events& events);

/// For makeBuilder().
std::unique_ptr<Builder> makeCMakeBuilder(Place place, Events& events);
std::unique_ptr<Builder> makeCargoBuilder(Place place, Events& events);
std::unique_ptr<Builder> makeProgramBuilder(Place place, Events& events);

/// The executable file of a folder; empty if there is none, or more than one.
std::string programIn(const std::filesystem::path& folder);

/// The files of a folder that begin with "#!", and nobody may execute; "a.py, b.py".
std::string scriptsToMarkIn(const std::filesystem::path& folder);

/// The CMakeLists.txt of a folder that has none.
std::string cmakeListsFor(const std::filesystem::path& folder);

/// Runs a step of a build; what the author must read of its output if it fails.
base::Result<std::string> runStep(Events& events, std::vector<std::string> words, const std::filesystem::path& folder);

}  // namespace aip::tool::dev
