#pragma once

#include "base/descriptor.h"
#include "base/error.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

/// The one way in which this program reads files: nothing else than a regular file is opened, nothing is read without
/// a limit, and owner and mode are those of the opened file. Every error names the file and says what to do; those of
/// an open file without a name only say what has failed.
namespace aip::base {

enum class Links { follow, refuse };

/// Who else may have access to a file. Its links and its parents are not judged.
enum class Access {
    any,
    onlyOursWrite,  ///< it decides something: root's or ours, and nobody else may write it
    onlyOursRead,   ///< it is a secret: root's or ours, and nobody else may read it (see checkSecret())
};

struct FileRule {
    std::size_t limit;  ///< bytes
    Access access = Access::any;
    Links links = Links::follow;
};

/// Opens a regular file for reading; never blocks. NOT_FOUND if there is none, INVALID if it is something else,
/// EXHAUSTED if the system is short of descriptors.
Result<Descriptor> openFile(const std::filesystem::path& file, Links links = Links::follow);

/// DENIED if others have access to the open file. `name` is for the text.
Result<void> checkAccess(const Descriptor& file, const std::filesystem::path& name, Access access);

/// DENIED unless root or we own what belongs to this user.
Result<void> checkOwner(std::uint32_t user, const std::filesystem::path& name);

/// The same; also DENIED if its mode lets others write it.
Result<void> checkWriters(std::uint32_t user, std::uint32_t mode, const std::filesystem::path& name);

/// Gives the whole content to `take` in pieces; the first error ends it.
Result<void> readPieces(const Descriptor& file, const std::function<Result<void>(std::string_view)>& take);

/// The whole content; EXHAUSTED if it is larger than `limit` bytes, at once if the system says so.
Result<std::string> readAll(const Descriptor& file, std::size_t limit);

/// Access and content, as the rule says.
Result<std::string> readFile(const std::filesystem::path& file, const FileRule& rule);

/// EXHAUSTED if there is no room for all of it; some of it may have been written then.
Result<void> writeAll(const Descriptor& file, std::string_view bytes);

}  // namespace aip::base
