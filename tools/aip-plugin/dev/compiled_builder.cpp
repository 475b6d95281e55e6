#include "base/program_path.h"
#include "dev/builder.h"
#include "manifest.h"
#include "plugin_file.h"

#include <cstdlib>
#include <fstream>
#include <optional>
#include <system_error>
#include <utility>

namespace aip::tool::dev {
namespace {

namespace fs = std::filesystem;

/// Debug: compiles faster, and a debugger sees everything.
class CMakeBuilder final : public Builder {
  public:
    CMakeBuilder(Place place, Events& events) : _place(std::move(place)), _events(events) {}

    base::Result<Built> build() override {
        if (!_configured) {
            if (auto done = runStep(_events, configuration(), {}); !done) {
                return std::move(done).error();
            }
            _configured = true;
        }
        if (auto done = runStep(_events, {"cmake", "--build", _place.build, "--parallel"}, {}); !done) {
            return std::move(done).error();
        }
        Built built{pluginsIn(_place.build / "plugins")};
        return built.plugins.empty() ? base::Result<Built>(none()) : std::move(built);
    }

  private:
    std::vector<std::string> configuration() const {
        std::vector<std::string> words{"cmake",
                                       "-S",
                                       _place.folder,
                                       "-B",
                                       _place.build,
                                       "-DCMAKE_PREFIX_PATH=" + _place.prefix.string(),
                                       "-DCMAKE_BUILD_TYPE=Debug",
                                       "-DBUILD_TESTING=OFF"};
        if (takesNinja()) {
            words.emplace_back("-GNinja");
        }
        if (_place.again) {
            words.insert(words.end(), {"-DAIP_PRECOMPILE=ON", "--no-warn-unused-cli"});
        }
        return words;
    }
    /// Which finds out what has changed sooner than Make. What the author has chosen counts, and what was built there
    /// before.
    bool takesNinja() const {
        const char* path = std::getenv("PATH");
        return !std::getenv("CMAKE_GENERATOR") && !fs::exists(_place.build / "CMakeCache.txt") && path &&
               base::findProgram("ninja", path, "");
    }
    static base::Error none() {
        return {base::Code::notFound, "it builds no plugin: aip_add_plugin() without OUTPUT_DIRECTORY is needed"};
    }

    const Place _place;
    Events& _events;
    bool _configured = false;
};

/// A library, described by itself or by plugin.json.in, or a program with plugin.json.
class CargoBuilder final : public Builder {
  public:
    CargoBuilder(Place place, Events& events) : _place(std::move(place)), _events(events) {}

    base::Result<Built> build() override {
        const fs::path target = _place.build / "target";
        auto done = runStep(_events, {"cargo", "build", "--target-dir", target}, _place.folder);
        if (!done) {
            return std::move(done).error();
        }
        std::error_code ignored;
        fs::remove_all(_place.build / "plugin", ignored);
        fs::create_directories(_place.build / "plugin", ignored);
        auto built = fs::exists(_place.folder / "plugin.json") ? program(target / "debug") : library(target / "debug");
        if (built) {
            built->written.assign(1, "Cargo.lock");  // by cargo, but not by the author
        }
        return built;
    }

  private:
    base::Result<Built> library(const fs::path& output) const {
        for (const auto& entry : fs::directory_iterator(output)) {
            if (entry.path().extension() == ".so") {
                return describe(entry.path());
            }
        }
        return base::Error(
            base::Code::notFound,
            "it builds no library (crate-type = [\"cdylib\"]), and there is no plugin.json of a program");
    }

    base::Result<Built> describe(const fs::path& built) const {
        const fs::path folder = _place.build / "plugin";
        const fs::path library = folder / built.filename();
        fs::copy_file(built, library);
        const fs::path from = _place.folder / "plugin.json.in";
        const auto text = makeManifest(library, fs::exists(from) ? std::optional(from) : std::nullopt);
        if (!text) {
            return text.error();
        }
        std::ofstream(folder / "plugin.json", std::ios::binary) << *text;
        return Built{{folder}};
    }

    /// The files of the manifest come from the author's folder, or were built.
    base::Result<Built> program(const fs::path& output) const {
        const fs::path folder = _place.build / "plugin";
        const auto plugin = openPlugin(_place.folder);
        if (!plugin || !plugin->manifest.program) {
            return plugin ? base::Error(base::Code::invalid, "plugin.json: names no command") : plugin.error();
        }
        std::error_code problem;
        fs::copy_file(_place.folder / "plugin.json", folder / "plugin.json", problem);
        for (const auto& file : plugin->manifest.program->files) {
            const bool own = fs::exists(_place.folder / file.name);
            fs::create_directories((folder / file.name).parent_path(), problem);
            fs::copy_file((own ? _place.folder : output) / file.name, folder / file.name, problem);
            if (problem) {
                return base::Error(base::Code::notFound, file.name + ": " + problem.message());
            }
        }
        return makeProgramBuilder({folder, _place.build / "program", {}}, _events)->build();
    }

    const Place _place;
    Events& _events;
};

}  // namespace

std::unique_ptr<Builder> makeCMakeBuilder(Place place, Events& events) {
    return std::make_unique<CMakeBuilder>(std::move(place), events);
}

std::unique_ptr<Builder> makeCargoBuilder(Place place, Events& events) {
    return std::make_unique<CargoBuilder>(std::move(place), events);
}

}  // namespace aip::tool::dev
