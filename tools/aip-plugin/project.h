#pragma once

#include "base/error.h"

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace aip::tool {

enum class Language { cpp, c, bash, python, node };

/// Whether plugins in it are programs, which need no compiler.
bool isProgram(Language language);

/// How a plugin is called in the files of its project.
struct ProjectNames {
    std::string id;         ///< "org.example.rain-gauge"
    std::string target;     ///< "rain_gauge": of files and in CMake
    std::string className;  ///< "RainGauge"

    /// INVALID if `id` is not an id.
    static base::Result<ProjectNames> from(std::string_view id);
};

/// Writes a new project into `folder`, which must be empty or not there yet. The files are those of sdk/template.
/// A program writes its own manifest: an error says why it cannot.
base::Result<void> writeProject(const ProjectNames& names, Language language, const std::filesystem::path& folder);

/// A file of sdk/template as it is compiled in: path "cpp/plugin.cpp", with @id@, @target@ and so on in its text.
struct TemplateFile {
    std::string_view path;
    std::string_view text;
};

const std::vector<TemplateFile>& templateFiles();

}  // namespace aip::tool
