#include "dev/work_folder.h"

#include <cerrno>
#include <cstdlib>
#include <string>
#include <system_error>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace aip::tool::dev {
namespace {

namespace fs = std::filesystem;

constexpr const char* namePrefix = "aip-plugin-dev-";
constexpr const char* lockName = "lock";

bool isOurFolder(const fs::path& folder) {
    struct stat status {};
    return ::lstat(folder.c_str(), &status) == 0 && S_ISDIR(status.st_mode) && status.st_uid == ::geteuid();
}

/// A folder without a lock may be one that is just being made.
bool isLeft(const fs::path& folder) {
    const base::Descriptor lock(::open((folder / lockName).c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
    return lock && ::flock(lock.get(), LOCK_EX | LOCK_NB) == 0;
}

void removeLeft(const fs::path& place) {
    std::error_code failed;
    fs::directory_iterator at(place, failed);
    for (const fs::directory_iterator end; !failed && at != end; at.increment(failed)) {
        const fs::path folder = at->path();
        if (folder.filename().string().starts_with(namePrefix) && isOurFolder(folder) && isLeft(folder)) {
            std::error_code ignored;
            fs::remove_all(folder, ignored);
        }
    }
}

/// It is locked before it has its name.
base::Descriptor lockOf(const fs::path& folder) {
    const fs::path unlocked = folder / "lock.new";
    base::Descriptor lock(::open(unlocked.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR));
    std::error_code ignored;
    if (lock && ::flock(lock.get(), LOCK_EX | LOCK_NB) == 0) {
        fs::rename(unlocked, folder / lockName, ignored);
    }
    return lock;
}

}  // namespace

WorkFolder::WorkFolder() {
    const fs::path place = fs::temp_directory_path();
    removeLeft(place);
    std::string name = (place / (std::string(namePrefix) + "XXXXXX")).string();
    if (::mkdtemp(name.data()) == nullptr) {
        throw std::system_error(errno, std::generic_category(), name);
    }
    _path = name;
    _lock = lockOf(_path);
}

WorkFolder::~WorkFolder() {
    std::error_code ignored;
    fs::remove_all(_path, ignored);
}

}  // namespace aip::tool::dev
