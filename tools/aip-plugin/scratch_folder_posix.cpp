#include "scratch_folder.h"

#include <string>
#include <system_error>

#include <stdlib.h>

namespace aip::tool {

ScratchFolder::ScratchFolder() {
    std::error_code failed;
    std::string name = (std::filesystem::temp_directory_path(failed) / "aip-plugin-XXXXXX").string();
    if (!failed && ::mkdtemp(name.data()) != nullptr) {
        _path = name;
    }
}

ScratchFolder::~ScratchFolder() {
    std::error_code ignored;
    if (!_path.empty()) {
        std::filesystem::remove_all(_path, ignored);
    }
}

}  // namespace aip::tool
