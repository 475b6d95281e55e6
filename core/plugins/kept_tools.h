#pragma once

#include "admission/manifest.h"
#include "base/error.h"

#include <filesystem>
#include <string>
#include <string_view>

namespace aip::plugins {

/// The list of tools that an MCP server has told last, in a file of the agent's own: with it, the server need not be
/// started before its first call. Any thread; one write() at a time.
///
/// The file is of mode 600, belongs to this user or root, and holds at most hosting::longestToolList bytes beside its
/// first line. That names the settings under which the server has listed the tools: if these are others now, its pins
/// for example, the list does not count. Of values that are secret only the names are among them.
class KeptTools {
  public:
    KeptTools(std::filesystem::path file, const admission::Manifest& server);

    /// The list as JSON, unchecked. The error says why there is none that counts, and names the file.
    base::Result<std::string> read() const;

    /// Replaces the file as a whole: who reads it meanwhile gets the list before. Without effect if it holds this list.
    base::Result<void> write(std::string_view json) const;

  private:
    const std::filesystem::path _file;
    const std::string _firstLine;
};

}  // namespace aip::plugins
