#include "base/file.h"
#include "base/json_text.h"
#include "base/uuid.h"
#include "lifecycle/inbox.h"

#include <cerrno>
#include <cstring>
#include <memory>
#include <utility>
#include <vector>

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace aip::lifecycle {
namespace {

using base::Code;
using base::Descriptor;
using base::Error;
using base::Result;

constexpr std::string_view contentEnding = ".bin";
constexpr std::string_view claimEnding = ".json";
constexpr std::string_view partEnding = ".part";

std::string join(std::string_view id, std::string_view ending) {
    return std::string(id) + std::string(ending);
}

Error systemError(const std::string& what) {
    const Code code = errno == ENOSPC || errno == EDQUOT || errno == EFBIG ? Code::exhausted : Code::internal;
    return {code, what + ": " + std::strerror(errno)};
}

std::vector<std::string> namesIn(const Descriptor& directory) {
    std::vector<std::string> names;
    const int copy = ::openat(directory.get(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    const std::unique_ptr<DIR, int (*)(DIR*)> stream(copy < 0 ? nullptr : ::fdopendir(copy), &::closedir);
    while (const dirent* entry = stream ? ::readdir(stream.get()) : nullptr) {
        names.emplace_back(entry->d_name);
    }
    return names;
}

std::string member(const char* key, const std::optional<std::string>& value) {
    return "\"" + std::string(key) + "\":" + (value ? base::jsonString(*value) : "null") + ",";
}

bool sameDigits(std::string_view a, std::string_view b) {
    return a.size() == b.size() && ::strncasecmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace

Result<void> Inbox::open(std::uint64_t size, base::Clock::TimePoint now) {
    drop();
    if (auto ready = openFolder(now); !ready) {
        return ready;
    }
    if (auto room = makeRoom(size, now); !room) {
        return room;
    }
    _id = base::uuid4();
    auto file = create(join(_id, partEnding));
    if (!file) {
        return file.error();
    }
    _file = *std::move(file);
    _md5.take();
    return {};
}

Result<void> Inbox::append(std::string_view bytes) {
    if (!_file) {
        return {};
    }
    _md5.add(bytes);
    auto written = base::writeAll(_file, bytes);
    if (!written) {
        drop();
    }
    return written;
}

Result<std::string> Inbox::store(const protocol::Announcement& claim, std::string_view now) {
    if (!_file) {
        return std::string();
    }
    const std::string md5 = _md5.take();
    if (claim.checksum && !sameDigits(*claim.checksum, md5)) {
        drop();
        return Error(Code::invalid, "the checksum of what came is " + md5 + ", not " + *claim.checksum);
    }
    const auto described = writeClaim(claim, md5, now);
    if (!described) {
        return described.error();
    }
    if (auto published = publish(); !published) {
        return published.error();
    }
    _file = {};
    _directory = {};
    _used.bytes += *claim.size + *described;
    _used.files += 2;
    return join(_id, contentEnding);
}

void Inbox::drop() {
    if (_file) {
        _file = {};
        ::unlinkat(_directory.get(), join(_id, partEnding).c_str(), 0);
        ::unlinkat(_directory.get(), join(_id, claimEnding).c_str(), 0);
    }
    _directory = {};
}

/// Checked for each file: an operator may empty, move or replace the folder while the agent runs.
Result<void> Inbox::openFolder(base::Clock::TimePoint now) {
    if (::mkdir(_folder.c_str(), S_IRWXU) != 0 && errno != EEXIST) {
        return systemError("making the inbox " + _folder);
    }
    _directory = Descriptor(::open(_folder.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    struct stat status {};
    if (!_directory || ::fstat(_directory.get(), &status) != 0) {
        return systemError("opening the inbox " + _folder);
    }
    if (status.st_uid != ::geteuid() || (status.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
        return Error(Code::denied, "the inbox " + _folder + " must belong to the agent's user and have mode 700");
    }
    const std::pair<std::uint64_t, std::uint64_t> identity{status.st_dev, status.st_ino};
    if (_counted == base::Clock::TimePoint::min() || identity != _identity) {
        _identity = identity;
        removeLeftovers();
        count(now);
    }
    return {};
}

Result<void> Inbox::makeRoom(std::uint64_t size, base::Clock::TimePoint now) {
    if (!hasRoom(size) && now - _counted >= recountInterval) {
        count(now);
    }
    if (hasRoom(size)) {
        return {};
    }
    return Error(Code::exhausted, "the inbox is full: it holds " + std::to_string(_used.bytes) + " of " +
                                      std::to_string(_limits.bytes) + " bytes (transfer.max_inbox_size), " +
                                      std::to_string(_used.files) + " of " + std::to_string(_limits.files) +
                                      " files (transfer.max_inbox_files)");
}

bool Inbox::hasRoom(std::uint64_t size) const {
    return _used.bytes <= _limits.bytes && size <= _limits.bytes - _used.bytes && _used.files + 2 <= _limits.files;
}

/// Files of an agent that was killed while it received them.
void Inbox::removeLeftovers() const {
    for (const std::string& name : namesIn(_directory)) {
        if (name.ends_with(partEnding)) {
            ::unlinkat(_directory.get(), name.c_str(), 0);
            const auto id = std::string_view(name).substr(0, name.size() - partEnding.size());
            ::unlinkat(_directory.get(), join(id, claimEnding).c_str(), 0);
        }
    }
}

void Inbox::count(base::Clock::TimePoint now) {
    _counted = now;
    _used = {};
    for (const std::string& name : namesIn(_directory)) {
        struct stat status {};
        if (::fstatat(_directory.get(), name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(status.st_mode)) {
            _used.bytes += static_cast<std::uint64_t>(status.st_size);
            ++_used.files;
        }
    }
}

Result<Descriptor> Inbox::create(const std::string& name) const {
    Descriptor file(::openat(_directory.get(), name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
                             S_IRUSR | S_IWUSR));
    if (!file) {
        return systemError("making a file in the inbox");
    }
    return file;
}

Result<std::uint64_t> Inbox::writeClaim(const protocol::Announcement& claim, const std::string& md5,
                                        std::string_view now) {
    auto file = create(join(_id, claimEnding));
    if (!file) {
        drop();
        return file.error();
    }
    const std::string text = "{" + member("filename", claim.filename) + member("mime_type", claim.mimeType) +
                             member("session_id", claim.sessionId) + "\"size\":" + std::to_string(*claim.size) +
                             R"(,"md5":)" + base::jsonString(md5) + R"(,"md5_claimed":)" +
                             (claim.checksum ? "true" : "false") + R"(,"received":)" + base::jsonString(now) + "}\n";
    if (auto written = base::writeAll(*file, text); !written) {
        drop();
        return written.error();
    }
    if (::fsync(file->get()) != 0) {
        return failed("writing a file's description");
    }
    return text.size();
}

Result<void> Inbox::publish() {
    const std::string part = join(_id, partEnding);
    const std::string name = join(_id, contentEnding);
    if (::fsync(_file.get()) != 0) {
        return failed("writing a file to the disk");
    }
    if (::renameat(_directory.get(), part.c_str(), _directory.get(), name.c_str()) != 0) {
        return failed("renaming a received file");
    }
    ::fsync(_directory.get());
    return {};
}

Error Inbox::failed(const std::string& doing) {
    Error error = systemError(doing);
    drop();
    return error;
}

}  // namespace aip::lifecycle
