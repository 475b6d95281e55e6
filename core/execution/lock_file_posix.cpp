#include "base/descriptor.h"
#include "base/file.h"
#include "base/json_text.h"
#include "execution/lock_file.h"

#include <aip/json.h>

#include <cerrno>
#include <cstring>
#include <string_view>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace aip::execution {
namespace {

using base::Code;
using base::Descriptor;
using base::Error;
using base::Result;
using std::filesystem::path;

constexpr const char* fileName = "operator.lock";
constexpr std::size_t largest = 64UL << 10U;
constexpr mode_t passable = S_IRWXU | S_IXGRP | S_IXOTH;  ///< plugins of other users go on to what is theirs

Error failed(const path& file) {
    return {Code::unavailable, file.string() + ": " + std::strerror(errno)};
}

std::string textOf(const LockFile::Content& content) {
    return R"({"locked":true,"since":)" + base::jsonString(content.since) + R"(,"reason":)" +
           base::jsonString(content.reason) + "}\n";
}

/// None: it is not a string.
std::optional<std::string> member(aip_json object, const char* name) {
    std::string text(largest, '\0');
    const auto size = aip_json_string(aip_json_member(object, name), text.data(), text.size());
    if (size < 0) {
        return std::nullopt;
    }
    text.resize(static_cast<std::size_t>(size));
    return text;
}

std::optional<LockFile::Content> parsed(std::string_view text) {
    aip_json object;
    aip_json_parse({text.data(), text.size()}, &object);
    auto reason = member(object, "reason");
    auto since = member(object, "since");
    return reason && since ? std::optional(LockFile::Content{*std::move(reason), *std::move(since)}) : std::nullopt;
}

/// That the name is there, or is not, is on the disk when this returns.
Result<void> syncFolder(const path& folder) {
    const Descriptor opened(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    return opened && ::fsync(opened.get()) == 0 ? Result<void>() : failed(folder);
}

/// Under a name that only this process uses.
Result<void> writeNew(const path& file, std::string_view text) {
    ::unlink(file.c_str());
    const Descriptor opened(
        ::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, S_IRUSR | S_IWUSR));
    if (!opened) {
        return failed(file);
    }
    if (auto written = base::writeAll(opened, text); !written) {
        return std::move(written).error().within(file.string());
    }
    return ::fsync(opened.get()) == 0 ? Result<void>() : failed(file);
}

}  // namespace

LockFile::LockFile(const path& folder) : _file(folder.empty() ? folder : folder / fileName) {}

bool LockFile::present() const {
    struct stat status {};
    return !_file.empty() && (::lstat(_file.c_str(), &status) == 0 || (errno != ENOENT && errno != ENOTDIR));
}

LockFile::Content LockFile::read() const {
    const auto text = base::readFile(_file, {.limit = largest, .links = base::Links::refuse});
    auto content = text ? parsed(*text) : std::nullopt;
    if (content) {
        return *std::move(content);
    }
    return {(text ? _file.string() + " is damaged" : "the lock cannot be read: " + text.error().text()) +
            ", which counts as a lock; if none is meant: aip-agentctl unlock, or remove the file"};
}

Result<void> LockFile::write(const Content& content) const {
    if (_file.empty()) {
        return Error(Code::unavailable, "there is no state folder: set state.directory");
    }
    const path folder = _file.parent_path();
    std::error_code ignored;
    std::filesystem::create_directories(folder.parent_path(), ignored);
    ::mkdir(folder.c_str(), passable);
    const path fresh = _file.string() + "." + std::to_string(::getpid()) + ".new";
    auto written = writeNew(fresh, textOf(content));
    if (written && ::rename(fresh.c_str(), _file.c_str()) != 0) {
        written = failed(_file);
    }
    if (!written) {
        ::unlink(fresh.c_str());
        return written;
    }
    return syncFolder(folder);
}

Result<void> LockFile::remove() const {
    if (_file.empty()) {
        return {};
    }
    if (::unlink(_file.c_str()) == 0) {
        return syncFolder(_file.parent_path());
    }
    return errno == ENOENT || errno == ENOTDIR ? Result<void>() : failed(_file);
}

}  // namespace aip::execution
