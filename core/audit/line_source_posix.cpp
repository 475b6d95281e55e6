#include "audit/line_source.h"
#include "audit/trail_file.h"
#include "base/file.h"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <string>
#include <system_error>
#include <utility>

#include <sys/stat.h>
#include <unistd.h>

namespace aip::audit {
namespace {

constexpr std::size_t chunkSize = 256U << 10U;

base::Error readError(const OpenPart& part) {
    return {base::Code::unavailable, part.name.string() + ": " + std::strerror(errno)};
}

/// Gives the complete lines of `text` to `take` and removes them.
std::size_t takeLines(std::string& text, const TakeLine& take) {
    std::size_t begin = 0;
    for (auto end = text.find('\n'); end != std::string::npos; end = text.find('\n', begin)) {
        take(std::string_view(text).substr(begin, end - begin), true);
        begin = end + 1;
    }
    text.erase(0, begin);
    return begin;
}

/// The highest number of an older part; 0: there is none. One between may be missing.
std::size_t highestNumber(const std::filesystem::path& path) {
    std::size_t highest = 0;
    std::error_code failed;
    const auto folder = path.has_parent_path() ? path.parent_path() : std::filesystem::path(".");
    for (const auto& entry : std::filesystem::directory_iterator(folder, failed)) {
        const std::string stem = entry.path().stem().string();
        const std::string start = path.stem().string() + ".";
        std::size_t number = 0;
        if (entry.path().extension() == path.extension() && stem.starts_with(start) &&
            std::from_chars(stem.data() + start.size(), stem.data() + stem.size(), number).ec == std::errc()) {
            highest = std::max(highest, number);
        }
    }
    return highest;
}

base::Result<OpenPart> openPart(std::filesystem::path name) {
    auto file = base::openFile(name);
    struct stat status {};
    if (file && ::fstat(file->get(), &status) != 0) {
        return base::Error(base::Code::unavailable, name.string() + ": " + std::strerror(errno));
    }
    return file ? base::Result<OpenPart>(OpenPart{std::move(name), *std::move(file), {status.st_dev, status.st_ino}})
                : std::move(file).error();
}

}  // namespace

base::Result<std::vector<OpenPart>> openParts(const std::filesystem::path& path) {
    std::vector<OpenPart> parts;
    // The newest first: one that is renamed meanwhile is met twice rather than not at all.
    const std::size_t highest = highestNumber(path) + 1;
    for (std::size_t number = 0; number <= highest; ++number) {
        auto part = openPart(number == 0 ? path : olderName(path, number));
        if (!part && part.error().code() != base::Code::notFound) {
            return std::move(part).error();
        }
        const auto known = [&](const OpenPart& each) { return each.identity == part->identity; };
        if (part && std::none_of(parts.begin(), parts.end(), known)) {
            parts.push_back(*std::move(part));
        }
    }
    if (parts.empty()) {
        return base::Error(base::Code::notFound, path.string() + ": there are no records");
    }
    std::reverse(parts.begin(), parts.end());
    return parts;
}

base::Result<std::uint64_t> readLines(const OpenPart& part, std::uint64_t offset, const TakeLine& take) {
    std::string text;
    std::uint64_t read = offset;
    while (true) {
        const std::size_t kept = text.size();
        text.resize(kept + chunkSize);
        const ssize_t size = ::pread(part.file.get(), text.data() + kept, chunkSize, static_cast<off_t>(read));
        text.resize(kept + (size > 0 ? static_cast<std::size_t>(size) : 0));
        if (size < 0 && errno != EINTR) {
            return readError(part);
        }
        if (size == 0) {
            break;
        }
        read += size > 0 ? static_cast<std::uint64_t>(size) : 0;
        offset += takeLines(text, take);
    }
    if (!text.empty()) {
        take(text, false);
    }
    return offset;
}

}  // namespace aip::audit
