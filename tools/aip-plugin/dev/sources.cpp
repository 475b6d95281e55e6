#include "dev/sources.h"

#include <system_error>

namespace aip::tool::dev {
namespace {

namespace fs = std::filesystem;

bool isEdited(const fs::path& path) {
    const std::string name = path.filename().string();
    return !name.starts_with('.') && !name.ends_with('~') && name != "__pycache__" && name != "node_modules";
}

bool isBuildTree(const fs::path& folder) {
    std::error_code unknown;
    return fs::exists(folder / "CMakeCache.txt", unknown) || fs::exists(folder / "CACHEDIR.TAG", unknown);
}

std::pair<std::int64_t, std::uintmax_t> stampOf(const fs::path& file) {
    std::error_code gone;
    const auto time = fs::last_write_time(file, gone);
    return {time.time_since_epoch().count(), fs::file_size(file, gone)};
}

}  // namespace

Sources::Stamps Sources::look() const {
    Stamps stamps;
    std::error_code problem;
    fs::recursive_directory_iterator at(_folder, fs::directory_options::skip_permission_denied, problem);
    for (; !problem && at != fs::end(at) && stamps.size() < most; at.increment(problem)) {
        std::error_code gone;
        const bool folder = at->is_directory(gone);
        if (folder && (!isEdited(at->path()) || isBuildTree(at->path()))) {
            at.disable_recursion_pending();
        } else if (!folder && isEdited(at->path()) && at->is_regular_file(gone)) {
            stamps.emplace(at->path().lexically_relative(_folder).string(), stampOf(at->path()));
        }
    }
    return stamps;
}

std::vector<std::string> Sources::changes() {
    Stamps now = look();
    std::vector<std::string> names;
    for (const auto& [name, stamp] : now) {
        const auto before = _seen.find(name);
        if (before == _seen.end() || before->second != stamp) {
            names.push_back(name);
        }
    }
    for (const auto& [name, stamp] : _seen) {
        if (!now.contains(name)) {
            names.push_back(name);
        }
    }
    _seen = std::move(now);
    return names;
}

void Sources::written(const std::string& name) {
    std::error_code gone;
    if (fs::exists(_folder / name, gone)) {
        _seen[name] = stampOf(_folder / name);
    }
}

}  // namespace aip::tool::dev
