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

/// The N of the files STEM + `mark` + N + EXTENSION in the folder of `path`.
std::vector<std::size_t> numbersOf(const std::filesystem::path& path, char mark) {
    std::vector<std::size_t> numbers;
    std::error_code failed;
    const auto folder = path.has_parent_path() ? path.parent_path() : std::filesystem::path(".");
    const std::string start = path.stem().string() + mark;
    for (const auto& entry : std::filesystem::directory_iterator(folder, failed)) {
        const std::string stem = entry.path().stem().string();
        if (entry.path().extension() != path.extension() || !stem.starts_with(start)) {
            continue;
        }
        std::size_t number = 0;
        const char* end = stem.data() + stem.size();
        const auto read = std::from_chars(stem.data() + start.size(), end, number);
        if (read.ec == std::errc() && read.ptr == end) {
            numbers.push_back(number);
        }
    }
    std::sort(numbers.begin(), numbers.end());
    return numbers;
}

/// None: it is not there.
std::optional<PartList::Identity> identityOf(const std::filesystem::path& name) {
    struct stat status {};
    const bool there = ::stat(name.c_str(), &status) == 0;
    return there ? std::optional(PartList::Identity{status.st_dev, status.st_ino}) : std::nullopt;
}

std::filesystem::path partName(const std::filesystem::path& path, std::size_t number) {
    return number == 0 ? path : olderName(path, number);
}

/// The first number at which there was no part yet.
std::size_t numbersEnd(const std::filesystem::path& path) {
    const auto numbers = numbersOf(path, '.');
    return numbers.empty() ? 1 : numbers.back() + 1;
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

base::Result<PartList> PartList::of(const std::filesystem::path& path) {
    PartList list(path);
    list.find();
    return list._places.empty()
               ? base::Result<PartList>(base::Error(base::Code::notFound, path.string() + ": there are no records"))
               : base::Result<PartList>(std::move(list));
}

/// The newest first: one that is renamed meanwhile is met twice rather than not at all.
void PartList::find() {
    const std::size_t end = numbersEnd(_path);
    for (std::size_t number = 0; number <= end; ++number) {
        const auto identity = identityOf(partName(_path, number));
        const auto known = [&](const Place& each) { return each.identity == identity; };
        if (identity && std::none_of(_places.begin(), _places.end(), known)) {
            _places.push_back({number, *identity});
        }
    }
}

bool PartList::skipTo(const Identity& part) {
    const auto found =
        std::find_if(_places.begin(), _places.end(), [&](const Place& each) { return each.identity == part; });
    if (found != _places.end()) {
        _places.erase(found + 1, _places.end());
    }
    return found != _places.end();
}

base::Result<std::optional<OpenPart>> PartList::next() {
    while (!_places.empty()) {
        const Place place = _places.back();
        _places.pop_back();
        auto part = open(place);
        if (!part || *part) {
            _begun = true;
            return part;
        }
        _gap = _begun;
    }
    return std::optional<OpenPart>();
}

/// Rotations only make its number larger.
base::Result<std::optional<OpenPart>> PartList::open(const Place& place) const {
    const std::size_t end = std::max(numbersEnd(_path), place.number);
    for (std::size_t number = place.number; number <= end; ++number) {
        auto part = openPart(partName(_path, number));
        if (!part && part.error().code() != base::Code::notFound) {
            return std::move(part).error();
        }
        if (part && part->identity == place.identity) {
            return std::optional<OpenPart>(*std::move(part));
        }
    }
    return std::optional<OpenPart>();
}

std::vector<std::filesystem::path> filesBeside(const std::filesystem::path& path) {
    std::vector<std::filesystem::path> files;
    for (const std::size_t number : numbersOf(path, '-')) {
        const auto name = path.stem().string() + "-" + std::to_string(number) + path.extension().string();
        if (number > 1) {
            files.push_back(path.parent_path() / name);
        }
    }
    return files;
}

base::Result<std::optional<Line>> LineSource::next() {
    for (std::size_t searched = _taken;;) {
        if (const auto end = _buffer.find('\n', searched); end != std::string::npos) {
            const auto text = std::string_view(_buffer).substr(_taken, end - _taken);
            _offset += text.size() + 1;
            _taken = end + 1;
            return std::optional(Line{text, true});
        }
        searched = _buffer.size() - _taken;
        const auto more = fill();
        if (!more) {
            return more.error();
        }
        if (!*more) {
            break;
        }
    }
    const bool last = !std::exchange(_ended, true) && _taken < _buffer.size();
    return last ? std::optional(Line{std::string_view(_buffer).substr(_taken), false}) : std::optional<Line>();
}

/// False: there is no more.
base::Result<bool> LineSource::fill() {
    _buffer.erase(0, std::exchange(_taken, 0));
    const std::size_t kept = _buffer.size();
    _buffer.resize(kept + chunkSize);
    ssize_t size = 0;
    do {
        size = ::pread(_part.file.get(), _buffer.data() + kept, chunkSize, static_cast<off_t>(_read));
    } while (size < 0 && errno == EINTR);
    const int failure = errno;
    _buffer.resize(kept + (size > 0 ? static_cast<std::size_t>(size) : 0));
    if (size < 0) {
        return base::Error(base::Code::unavailable, _part.name.string() + ": " + std::strerror(failure));
    }
    _read += static_cast<std::uint64_t>(size);
    return size > 0;
}

}  // namespace aip::audit
