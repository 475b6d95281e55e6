#pragma once

#include "base/descriptor.h"
#include "base/error.h"
#include "base/file.h"

#include <filesystem>

/// The one way in which this program opens a file of its own to write to it: a regular file, which is made if there is
/// none. Its folder is never made, as a typing error would make it. What is anything else (a folder, a pipe, a socket,
/// a device) is not even opened: that alone may wait for somebody, or have an effect.
namespace aip::base {

struct OutputRule {
    unsigned mode;        ///< of a new file, less what the umask takes away
    bool append = false;  ///< otherwise for reading and writing
    Links links = Links::follow;
};

/// Never blocks. INVALID if something else is there, NOT_FOUND if the folder is missing, EXHAUSTED if the system is
/// short of descriptors or space. Every error names the file.
Result<Descriptor> openOutput(const std::filesystem::path& file, const OutputRule& rule);

/// The same of a file of which only the agent's user and root may be able to change what is in it: checkAccess(). A new
/// one has mode 600; links are refused.
Result<Descriptor> openOwnOutput(const std::filesystem::path& file);

/// Keeps `file` for this process, as its only writer, until what is returned is gone: FILE.lock is locked. STATE if
/// another process keeps it; otherwise as openOwnOutput().
Result<Descriptor> keepOutput(const std::filesystem::path& file);

/// INVALID or NOT_FOUND if openOutput() must fail, whoever calls it. Makes nothing.
Result<void> checkOutput(const std::filesystem::path& file, Links links = Links::follow);

/// Where the links of this name end; the name itself if it is no link. Of links in a circle, any of them.
std::filesystem::path endOfLinks(std::filesystem::path file);

/// The same for a folder of which only the last component would be made. A link is INVALID.
Result<void> checkOutputFolder(const std::filesystem::path& folder);

}  // namespace aip::base
