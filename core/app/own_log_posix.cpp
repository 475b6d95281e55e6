#include "app/free_file.h"
#include "app/own_log.h"
#include "app/state_directory.h"
#include "base/output_file.h"

#include <cerrno>
#include <cstring>
#include <utility>

#include <sys/file.h>

namespace aip::app {
namespace {

namespace fs = std::filesystem;
using base::Code;
using base::Descriptor;
using base::Error;
using base::Result;

Result<Descriptor> lockOf(const fs::path& file) {
    const fs::path name = file.string() + ".lock";
    auto lock = base::openOutput(name, {.mode = 0600, .links = base::Links::refuse});
    if (lock && ::flock(lock->get(), LOCK_EX | LOCK_NB) != 0) {
        return errno == EWOULDBLOCK ? Error(Code::state, file.string() + ": another process writes it")
                                    : Error(Code::unavailable, name.string() + ": " + std::strerror(errno));
    }
    return lock;
}

}  // namespace

OwnLog::OwnLog(fs::path file, Descriptor lock) : _file(std::move(file)), _lock(std::move(lock)) {}

Result<OwnLog> OwnLog::take(const fs::path& state) {
    if (state.empty()) {
        return Error(Code::notFound, "there is no state folder");
    }
    makeStatePlace(state / "log");
    return openFirstFree(state / "log" / "mcp.log", [](const fs::path& file) -> Result<OwnLog> {
        auto lock = lockOf(file);
        return lock ? Result<OwnLog>(OwnLog(file, *std::move(lock))) : std::move(lock).error();
    });
}

}  // namespace aip::app
