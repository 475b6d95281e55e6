#include "admission/file_trust.h"
#include "admission/program_files.h"
#include "admission/signature.h"
#include "base/shortage.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <set>
#include <string>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>

namespace aip::admission {
namespace {

using base::Descriptor;
using hosting::Check;
using hosting::Refusal;
using Opened = base::Result<Descriptor, Refusal>;
namespace reason = hosting::reason;

constexpr int openingFlags = O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY;

Refusal notOpened(const std::string& name) {
    const int why = errno;
    const char* code = base::isShortage(why) ? reason::shortage
                       : why == ENOENT       ? reason::entryMissing
                                             : reason::permissions;
    return {code, name + ": " + std::strerror(why)};
}

Check trusted(const Descriptor& file, const std::string& name, Owners owners) {
    if (owners == Owners::any) {
        return {};
    }
    const auto checked = trustFile(file, name);
    return checked ? Check() : Refusal{reason::permissions, checked.error().text()};
}

/// Opens one part after the other, so that a link in between is not followed either.
Opened openBelow(const Descriptor& folder, const std::string& name, Owners owners) {
    Descriptor at = folder.duplicate();
    for (std::size_t begin = 0; at;) {
        const std::size_t end = name.find('/', begin);
        const int kind = end == std::string::npos ? 0 : O_DIRECTORY;
        Descriptor next(::openat(at.get(), name.substr(begin, end - begin).c_str(), openingFlags | kind));
        if (!next) {
            return notOpened(name);
        }
        if (auto checked = trusted(next, name.substr(0, end), owners); !checked) {
            return std::move(checked).error();
        }
        if (kind == 0) {
            return next;
        }
        at = std::move(next);
        begin = end + 1;
    }
    return Refusal{reason::shortage, "no descriptor is left to look at " + name};
}

Check checkKind(const Descriptor& file, const std::string& name, bool isProgram) {
    struct stat status {};
    if (::fstat(file.get(), &status) != 0 || !S_ISREG(status.st_mode)) {
        return Refusal{reason::permissions, name + ": not a plain file"};
    }
    if (isProgram && (status.st_mode & S_IXUSR) == 0) {
        return Refusal{reason::entryMissing, name + " is not executable: chmod +x it"};
    }
    return {};
}

/// Hashing them is bounded.
Check checkSize(const Descriptor& file, std::uint64_t& left) {
    struct stat status {};
    ::fstat(file.get(), &status);
    const auto size = static_cast<std::uint64_t>(status.st_size);
    if (size > left) {
        return Refusal{reason::hashMismatch,
                       "its files are larger than " + std::to_string(largestProgramFiles) + " bytes together"};
    }
    left -= size;
    return {};
}

Check checkFile(const Descriptor& folder, const hosting::ProgramSpec::File& file, bool isProgram, Owners owners,
                std::uint64_t& left) {
    const auto opened = openBelow(folder, file.name, owners);
    if (!opened) {
        return opened.error();
    }
    if (auto checked = checkKind(*opened, file.name, isProgram); !checked) {
        return checked;
    }
    if (auto checked = checkSize(*opened, left); !checked) {
        return checked;
    }
    const auto hash = sha256(*opened);
    if (!hash || *hash != file.sha256) {
        return Refusal{reason::hashMismatch, file.name + (hash ? " is not the file that the manifest was made for"
                                                               : ": " + hash.error().text())};
    }
    return {};
}

}  // namespace

base::Result<Descriptor> openFolder(const std::filesystem::path& folder) {
    Descriptor opened(::open(folder.c_str(), O_RDONLY | O_CLOEXEC | O_DIRECTORY | O_NOFOLLOW));
    if (!opened) {
        const int why = errno;
        return base::Error(base::isShortage(why) ? base::Code::exhausted : base::Code::denied,
                           folder.string() + ": " + std::strerror(why));
    }
    return opened;
}

Check checkProgramFiles(const Descriptor& folder, const hosting::ProgramSpec& program, Owners owners) {
    std::uint64_t left = largestProgramFiles;
    for (const auto& file : program.files) {
        const bool isProgram = program.command.front() == "./" + file.name;
        if (auto checked = checkFile(folder, file, isProgram, owners, left); !checked) {
            return checked;
        }
    }
    return {};
}

Check checkUnlistedFiles(const std::filesystem::path& folder, const hosting::ProgramSpec& program) {
    std::set<std::string> known{"plugin.json", signatureName};
    std::ranges::for_each(program.files, [&](const auto& file) { known.insert(file.name); });
    std::error_code failed;
    std::filesystem::recursive_directory_iterator at(folder, failed);
    for (const std::filesystem::recursive_directory_iterator end; !failed && at != end; at.increment(failed)) {
        const std::string name = at->path().lexically_relative(folder).string();
        const bool isFolder = at->symlink_status(failed).type() == std::filesystem::file_type::directory;
        if (!isFolder && !known.contains(name)) {
            return Refusal{reason::fileUnlisted, name + " is not among the files of the manifest: add it or delete it"};
        }
    }
    const char* code = base::isShortage(failed.value()) ? reason::shortage : reason::permissions;
    return failed ? Check(Refusal{code, folder.string() + ": " + failed.message()}) : Check();
}

}  // namespace aip::admission
