#pragma once

#include "hosting/artifact.h"
#include "hosting/call.h"

#include <cstddef>
#include <optional>
#include <string>

namespace aip::runner {

/// What is handed over in the place of a result that is too large to be one.
struct ResultFile {
    std::string name;
    std::string mimeType;
    std::string content;
};

/// `json` as a file: a string "data:MIME;base64,..." becomes what it stands for, everything else stays JSON. It is
/// never cut. Pure.
ResultFile fileOf(const std::string& tool, std::string json);

/// Hands `json` over as a file; then the outcome is an object that names it: "file", "mime_type", "size", "note". If
/// that cannot be, as files are switched off or the caller takes none: the failure `tooLarge`, with the reason if it
/// helps. Blocks on the disk and on the agent's answer.
hosting::Outcome asFile(const hosting::Call& call, std::string json, hosting::Outcome tooLarge,
                        const std::optional<hosting::ArtifactPort>& port);

}  // namespace aip::runner
