#pragma once

#include "base/descriptor.h"
#include "hosting/plugin_spec.h"
#include "hosting/refusal.h"

#include <cstdint>
#include <filesystem>

/// The files of a plugin that is a program. The gate checks them when it admits the plugin, and the runner again before
/// each start of the program.
///
/// That is less than a library gets: nothing is sealed. An interpreter opens its script by path, some time after the
/// check, and what it loads from elsewhere (itself, its modules, the programs it calls) is not checked. Who may write
/// the files can use that time; only root and the agent's user may.
namespace aip::admission {

inline constexpr std::uint64_t largestProgramFiles = 1UL << 30U;  ///< bytes of all files of a program

enum class Owners {
    any,       ///< for the runner: in its user namespace root has no name
    onlyOurs,  ///< root or the agent's user, and nobody else may write the files and the folders between
};

/// Opens the folder for checkProgramFiles(), and for programs to work in.
base::Result<base::Descriptor> openFolder(const std::filesystem::path& folder);

/// Whether every file of the program is what the manifest was made for. No link below the folder is followed.
/// Refusals: "permissions", "entry-missing" if the program itself is absent or not executable, "hash-mismatch",
/// "shortage".
hosting::Check checkProgramFiles(const base::Descriptor& folder, const hosting::ProgramSpec& program, Owners owners);

/// Whether the folder holds nothing that the manifest does not name, apart from the manifest and its signature.
/// Refusals: "file-unlisted", "permissions", "shortage".
hosting::Check checkUnlistedFiles(const std::filesystem::path& folder, const hosting::ProgramSpec& program);

}  // namespace aip::admission
