#include "app/own_log.h"

#include "app/free_file.h"
#include "app/state_directory.h"
#include "base/output_file.h"

#include <utility>

namespace aip::app {

namespace fs = std::filesystem;
using base::Code;
using base::Descriptor;
using base::Error;
using base::Result;

OwnLog::OwnLog(fs::path file, Descriptor lock) : _file(std::move(file)), _lock(std::move(lock)) {}

Result<OwnLog> OwnLog::take(const fs::path& state) {
    if (state.empty()) {
        return Error(Code::notFound, "there is no state folder");
    }
    makeStatePlace(state / "log");
    return openFirstFree(state / "log" / "mcp.log", [](const fs::path& file) -> Result<OwnLog> {
        auto lock = base::keepOutput(file);
        return lock ? Result<OwnLog>(OwnLog(file, *std::move(lock))) : std::move(lock).error();
    });
}

}  // namespace aip::app
