#include "app/start_folder.h"

#include <filesystem>
#include <system_error>

namespace aip::app {
namespace {

namespace fs = std::filesystem;

/// Empty: it has been deleted.
const fs::path& startFolder() {
    static const fs::path folder = [] {
        std::error_code failed;
        fs::path current = fs::current_path(failed);
        if (failed) {
            fs::current_path("/", failed);
            current.clear();
        }
        return current;
    }();
    return folder;
}

}  // namespace

void rememberStartFolder() {
    startFolder();
}

base::Result<std::string> fromStartFolder(const std::string& file) {
    if (file.empty() || fs::path(file).is_absolute()) {
        return file;
    }
    if (startFolder().empty()) {
        return base::Error(base::Code::notFound,
                           "'" + file + "' is relative, and the working directory has been deleted: write it in full");
    }
    return (startFolder() / file).string();
}

}  // namespace aip::app
