#pragma once

#include "base/descriptor.h"
#include "base/error.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace aip::hosting {

/// A file that a plugin hands over for the server.
struct Artifact {
    base::Descriptor content;  ///< an open regular file, sent from its first byte
    std::uint64_t size = 0;
    std::string name;         ///< for the server: a file name without a path
    std::string mimeType;     ///< empty: unknown
    std::string sessionId{};  ///< of the call during which it was handed over; empty: none
    std::string callId{};     ///< of that call
};

/// Accepts artifacts. Called on the plugins' threads.
struct ArtifactPort {
    std::uint64_t maxSize = 0;  ///< bytes of one artifact
    std::function<base::Result<void>(Artifact)> hand;
};

/// Checks its name, its type and its size (at most `maxSize`). INVALID, EXHAUSTED.
base::Result<void> checkArtifact(const Artifact& artifact, std::uint64_t maxSize);

/// Checks that its content is a regular file of at least its size, open for reading.
base::Result<void> checkContent(const Artifact& artifact);

/// Opens the regular file at an absolute `path`; its last part may not be a link. Never blocks as opening a FIFO would.
/// The name of the file becomes the artifact's.
base::Result<Artifact> openArtifact(const std::string& path);

/// Copies `bytes` to a temporary file without a name, so that they need not stay in memory.
base::Result<Artifact> spoolArtifact(std::string_view bytes);

/// Fills `out` with the bytes from `offset` on; fewer only at the end of the file.
base::Result<void> readArtifact(const Artifact& artifact, std::uint64_t offset, std::string& out);

}  // namespace aip::hosting
