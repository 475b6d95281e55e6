#include "base/program_path.h"
#include "base/sha256.h"
#include "dev/builder.h"
#include "dev/process.h"
#include "plugin_file.h"

#include <algorithm>
#include <fstream>
#include <optional>
#include <system_error>
#include <utility>

namespace aip::tool::dev {
namespace {

namespace fs = std::filesystem;

constexpr std::chrono::seconds describesWithin{20};

/// "./NAME" of a command; empty if it is all of the system.
std::string ownWord(const std::vector<std::string>& command) {
    const auto own = std::ranges::find_if(command, [](const auto& word) { return word.starts_with("./"); });
    return own == command.end() ? "" : *own;
}

/// The manifest with the hashes that its files have now.
base::Result<std::string> withHashes(const PluginFile& plugin) {
    std::string text = plugin.manifestText;
    for (const auto& file : plugin.manifest.program->files) {
        const auto content = readFile(plugin.folder / file.name);
        if (!content) {
            return content.error();
        }
        if (const auto place = text.find(file.sha256); place != std::string::npos) {
            text.replace(place, file.sha256.size(), base::sha256Of(*content));
        }
    }
    return text;
}

base::Result<void> replaceFile(const fs::path& file, const std::string& text) {
    const fs::path unfinished = file.parent_path() / ".plugin.json.new";
    std::error_code problem;
    if (!(std::ofstream(unfinished, std::ios::binary) << text << std::flush)) {
        return base::Error(base::Code::denied, file.string() + " cannot be written");
    }
    fs::rename(unfinished, file, problem);
    return problem ? base::Result<void>(base::Error(base::Code::denied, problem.message())) : base::Result<void>();
}

/// Nothing is built; plugin.json is kept up to date. A program that answers --manifest describes itself, of others the
/// hashes are brought up to date.
class ProgramBuilder final : public Builder {
  public:
    ProgramBuilder(Place place, Events& events) : _place(std::move(place)), _events(events) {}

    base::Result<Built> build() override {
        if (!fs::exists(_place.folder / "plugin.json")) {
            return first();
        }
        const auto plugin = openPlugin(_place.folder);
        if (!plugin) {
            return plugin.error();
        }
        if (!plugin->manifest.program) {
            return base::Error(base::Code::invalid,
                               "plugin.json describes a library: the folder of its sources is needed");
        }
        Built built{{_place.folder}};
        auto text = describe(*plugin, built);
        if (!text) {
            return std::move(text).error();
        }
        if (*text != plugin->manifestText) {
            if (auto written = replaceFile(_place.folder / "plugin.json", *text); !written) {
                return std::move(written).error();
            }
            built.written.emplace_back("plugin.json");
        }
        return built;
    }

  private:
    /// The program writes its manifest for the first time.
    base::Result<Built> first() {
        auto text = ask("./" + programIn(_place.folder));
        if (!text) {
            return std::move(text).error();
        }
        _describesItself = true;
        auto written = replaceFile(_place.folder / "plugin.json", *text);
        return written ? base::Result<Built>(Built{{_place.folder}, {"plugin.json"}}) : std::move(written).error();
    }

    base::Result<std::string> describe(const PluginFile& plugin, Built& built) {
        const std::string program = ownWord(plugin.manifest.program->command);
        if (program.empty()) {
            return withHashes(plugin);
        }
        auto said = ask(program);
        const auto code = said ? base::Code::ok : said.error().code();
        if (said || code == base::Code::cancelled || code == base::Code::denied || _describesItself) {
            _describesItself = _describesItself || said;
            return said;
        }
        built.remark =
            program + " --manifest: " + said.error().text() + "\nonly the hashes in plugin.json are brought up to date";
        return withHashes(plugin);
    }

    /// DENIED: it is not executable.
    base::Result<std::string> ask(const std::string& program) const {
        if (auto why = base::whyNotExecutable((_place.folder / program.substr(2)).string(), "", "")) {
            return base::Error(base::Code::denied, *std::move(why));
        }
        std::error_code ignored;
        fs::create_directories(_place.build, ignored);
        const fs::path errors = _place.build / "errors";
        auto finished = runProgram(
            _events,
            {.words = {"/bin/sh", "-c", R"(exec "$0" --manifest 2>"$1")", program, errors}, .folder = _place.folder},
            describesWithin);
        if (!finished) {
            return std::move(finished).error();
        }
        const auto manifest = admission::parseManifest(finished->output);
        if (finished->status == 0 && manifest) {
            return std::move(finished->output);
        }
        const std::string why = readFile(errors) ? *readFile(errors) : "";
        return base::Error(base::Code::invalid, finished->status != 0 && !why.empty() ? why
                                                : manifest ? "exit code " + std::to_string(finished->status)
                                                           : manifest.error().text());
    }

    const Place _place;
    Events& _events;
    bool _describesItself = false;
};

}  // namespace

std::unique_ptr<Builder> makeProgramBuilder(Place place, Events& events) {
    return std::make_unique<ProgramBuilder>(std::move(place), events);
}

}  // namespace aip::tool::dev
