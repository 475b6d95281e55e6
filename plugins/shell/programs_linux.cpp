#include "programs.h"
#include "refused.h"

#include <algorithm>

#include <sys/stat.h>

namespace aip::shell {

const std::vector<std::string>& systemDirectories() {
    static const std::vector<std::string> directories{"/usr/bin", "/bin", "/usr/sbin", "/sbin"};
    return directories;
}

bool isInstalled(std::string_view name, const std::vector<std::string>& directories) {
    return std::ranges::any_of(directories, [&](const std::string& directory) {
        struct stat status {};
        return ::stat((directory + "/" + std::string(name)).c_str(), &status) == 0;
    });
}

std::string resolveProgram(std::string_view name, const std::vector<std::string>& directories) {
    for (const auto& directory : directories) {
        auto path = directory + "/" + std::string(name);
        struct stat status {};
        if (::stat(path.c_str(), &status) != 0) {
            continue;
        }
        if (!S_ISREG(status.st_mode) || status.st_uid != 0 || (status.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
            throw Refused(path +
                          " is not trusted: it must be a file that belongs to root and that only root can write.");
        }
        return path;
    }
    throw Refused("The program '" + std::string(name) + "' is not installed on this device.");
}

}  // namespace aip::shell
