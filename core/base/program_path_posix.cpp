#include "base/program_path.h"

#include <sys/stat.h>
#include <unistd.h>

namespace aip::base {
namespace {

bool isProgram(const std::string& file) {
    struct stat status {};
    return ::stat(file.c_str(), &status) == 0 && S_ISREG(status.st_mode) && ::access(file.c_str(), X_OK) == 0;
}

std::string below(const std::string& folder, const std::string& name) {
    return name.starts_with('/') || folder.empty() ? name : folder + "/" + name;
}

}  // namespace

std::optional<std::string> findProgram(const std::string& name, std::string_view path, const std::string& folder) {
    if (name.find('/') != std::string::npos) {
        return isProgram(below(folder, name)) ? std::optional(name) : std::nullopt;
    }
    while (!name.empty() && !path.empty()) {
        const auto end = path.find(':');
        const std::string file = below(std::string(path.substr(0, end)), name);
        if (file.starts_with('/') && isProgram(file)) {
            return file;
        }
        path = end == std::string_view::npos ? std::string_view() : path.substr(end + 1);
    }
    return std::nullopt;
}

}  // namespace aip::base
