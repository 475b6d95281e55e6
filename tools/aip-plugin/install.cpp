#include "install.h"

#include "admission/exports.h"
#include "base/json_text.h"
#include "base/program_path.h"
#include "base/sha256.h"
#include "exchange.h"

#include <fstream>
#include <system_error>

namespace aip::tool {
namespace {

namespace fs = std::filesystem;

base::Error cannot(const fs::path& file, const std::error_code& why) {
    return {base::Code::denied, file.string() + ": " + why.message()};
}

base::Result<void> checkHash(const PluginFile& plugin) {
    const auto image = admission::FileImage::open(plugin.library);
    if (!image) {
        return base::Error(image.error()).within(plugin.library.string());
    }
    if (base::sha256Of(image->bytes()) != plugin.manifest.sha256) {
        return base::Error(base::Code::invalid, "the library is not the one that its manifest was made for");
    }
    return {};
}

base::Result<void> checkHashes(const PluginFile& plugin) {
    for (const auto& file : plugin.manifest.program->files) {
        const auto content = readFile(plugin.folder / file.name);
        if (!content) {
            return content.error();
        }
        if (base::sha256Of(*content) != file.sha256) {
            return base::Error(base::Code::invalid, file.name +
                                                        " is not the file that the manifest was made for: let "
                                                        "'aip-plugin dev' or the program (--manifest) write "
                                                        "plugin.json again");
        }
    }
    return {};
}

/// The agent would refuse it.
base::Result<void> checkExecutable(const PluginFile& plugin) {
    const auto& program = *plugin.manifest.program;
    auto why = program.isInFolder()
                   ? base::whyNotExecutable((plugin.folder / program.command.front().substr(2)).string(), "", "")
                   : std::nullopt;
    return why ? base::Result<void>(base::Error(base::Code::denied, *std::move(why))) : base::Result<void>();
}

/// Copies to a file beside `to`, and renames that.
base::Result<void> put(const fs::path& from, const fs::path& to, fs::perms mode) {
    const fs::path unfinished = to.string() + ".new";
    std::error_code problem;
    fs::copy_file(from, unfinished, fs::copy_options::overwrite_existing, problem);
    if (!problem) {
        fs::permissions(unfinished, mode, problem);
    }
    if (!problem) {
        fs::rename(unfinished, to, problem);
    }
    return problem ? base::Result<void>(cannot(to, problem)) : base::Result<void>();
}

base::Result<void> putText(const std::string& text, const fs::path& to) {
    const fs::path unfinished = to.string() + ".new";
    std::ofstream(unfinished, std::ios::binary) << text;
    std::error_code problem;
    fs::permissions(unfinished, fs::perms(0644), problem);
    if (!problem && fs::file_size(unfinished, problem) != text.size()) {
        problem = std::make_error_code(std::errc::no_space_on_device);
    }
    if (!problem) {
        fs::rename(unfinished, to, problem);
    }
    return problem ? base::Result<void>(cannot(to, problem)) : base::Result<void>();
}

std::string member(const std::string& library) {
    return "\"library\":" + base::jsonString(library);
}

/// The manifest as it is to be installed, and the name of its library.
struct Names {
    std::string manifest;
    std::string library;
};

Names namesFor(const PluginFile& plugin) {
    const std::string& old = plugin.manifest.library;
    const auto place = plugin.manifestText.find(member(old));
    if (fs::exists(plugin.folder / "plugin.json.sig") || place == std::string::npos) {
        return {plugin.manifestText, old};
    }
    Names names{plugin.manifestText,
                fs::path(old).stem().string() + "-" + plugin.manifest.sha256.substr(0, 12) + ".so"};
    names.manifest.replace(place, member(old).size(), member(names.library));
    return names;
}

base::Result<void> putSignature(const PluginFile& plugin, const fs::path& folder) {
    const fs::path signature = plugin.folder / "plugin.json.sig";
    std::error_code problem;
    if (fs::exists(signature)) {
        return put(signature, folder / "plugin.json.sig", fs::perms(0644));
    }
    fs::remove(folder / "plugin.json.sig", problem);
    return problem ? base::Result<void>(cannot(folder, problem)) : base::Result<void>();
}

/// As it was, but writable by nobody else.
fs::perms modeOf(const fs::path& file) {
    return fs::status(file).permissions() & ~(fs::perms::group_write | fs::perms::others_write);
}

/// The folder of `file` and those above it, up to `root`, which others may read.
std::error_code makeFolders(const fs::path& file, const fs::path& root) {
    std::error_code problem;
    fs::create_directories(file.parent_path(), problem);
    for (fs::path at = file.parent_path(); !problem && at != root; at = at.parent_path()) {
        fs::permissions(at, fs::perms(0755), problem);
    }
    return problem;
}

base::Result<void> copyProgram(const PluginFile& plugin, const fs::path& folder) {
    std::error_code problem;
    fs::remove_all(folder, problem);
    if (problem = makeFolders(folder / "plugin.json", folder.parent_path()); problem) {
        return cannot(folder, problem);
    }
    for (const auto& file : plugin.manifest.program->files) {
        const fs::path to = folder / file.name;
        if (problem = makeFolders(to, folder); problem) {
            return cannot(to, problem);
        }
        if (auto done = put(plugin.folder / file.name, to, modeOf(plugin.folder / file.name)); !done) {
            return done;
        }
    }
    auto done = putSignature(plugin, folder);
    return done ? putText(plugin.manifestText, folder / "plugin.json") : done;
}

/// `fresh` becomes `folder`, and what is there becomes `old`; after an error it is still there.
std::error_code takeThePlace(const fs::path& fresh, const fs::path& folder, const fs::path& old) {
    std::error_code problem;
    if (fs::remove_all(old, problem); problem) {
        return problem;
    }
    const bool replaces = fs::exists(folder);
    if (replaces && !exchange(fresh, folder)) {
        fs::rename(fresh, old, problem);
        return problem;
    }
    if (replaces) {
        fs::rename(folder, old, problem);
    }
    if (!problem) {
        fs::rename(fresh, folder, problem);
        std::error_code ignored;
        if (problem && replaces) {
            fs::rename(old, folder, ignored);
        }
    }
    return problem;
}

base::Result<fs::path> installProgram(const PluginFile& plugin, const fs::path& directory) {
    const std::string& id = plugin.manifest.id;
    const fs::path fresh = directory / ("." + id + ".new");
    if (auto right = checkHashes(plugin); !right) {
        return std::move(right).error();
    }
    if (auto right = checkExecutable(plugin); !right) {
        return std::move(right).error();
    }
    if (auto done = copyProgram(plugin, fresh); !done) {
        return std::move(done).error();
    }
    const auto problem = takeThePlace(fresh, directory / id, directory / ("." + id + ".old"));
    return problem ? base::Result<fs::path>(cannot(directory / id, problem)) : directory / id;
}

base::Result<fs::path> installLibrary(const PluginFile& plugin, const fs::path& directory) {
    const fs::path folder = directory / plugin.manifest.id;
    std::error_code problem;
    if (auto right = checkHash(plugin); !right) {
        return std::move(right).error();
    }
    if (fs::create_directory(folder, problem); problem) {
        return cannot(folder, problem);
    }
    const auto before = openPlugin(folder);
    const Names names = namesFor(plugin);
    if (auto done = put(plugin.library, folder / names.library, fs::perms(0755)); !done) {
        return std::move(done).error();
    }
    if (auto done = putSignature(plugin, folder); !done) {
        return std::move(done).error();
    }
    if (auto done = putText(names.manifest, folder / "plugin.json"); !done) {
        return std::move(done).error();
    }
    if (before && before->manifest.library != names.library) {
        fs::remove(folder / before->manifest.library, problem);
    }
    return folder;
}

}  // namespace

base::Result<fs::path> install(const PluginFile& plugin, const fs::path& directory) {
    std::error_code problem;
    const bool isPlugin = fs::exists(directory / "plugin.json", problem);
    if (problem) {
        return cannot(directory, problem);
    }
    if (!fs::is_directory(directory, problem)) {
        return base::Error(base::Code::notFound,
                           directory.string() + ": there is no such folder: mkdir -p " + directory.string());
    }
    if (isPlugin) {
        return base::Error(base::Code::invalid, directory.string() + " is itself a plugin: name the folder it is in");
    }
    return plugin.manifest.program ? installProgram(plugin, directory) : installLibrary(plugin, directory);
}

}  // namespace aip::tool
