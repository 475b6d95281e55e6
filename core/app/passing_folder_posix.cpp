#include "app/passing_folder.h"

#include <string>
#include <system_error>

#include <stdlib.h>

namespace aip::app {

namespace fs = std::filesystem;

PassingFolder::PassingFolder() {
    std::error_code failed;
    std::string name = (fs::temp_directory_path(failed) / "aip-agent-XXXXXX").string();
    if (!failed && ::mkdtemp(name.data()) != nullptr) {
        _path = name;
        fs::permissions(_path, fs::perms::owner_all | fs::perms::group_exec | fs::perms::others_exec, failed);
    }
}

PassingFolder::~PassingFolder() {
    std::error_code failed;
    if (!_path.empty()) {
        fs::remove_all(_path, failed);
    }
}

}  // namespace aip::app
