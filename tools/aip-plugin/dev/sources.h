#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace aip::tool::dev {

/// The files of an author as they were last seen. What nobody edits is not looked at: hidden names, names that end with
/// '~', build trees (a folder with a CMakeCache.txt or CACHEDIR.TAG), __pycache__, node_modules.
class Sources {
  public:
    static constexpr std::size_t most = 10'000;  ///< files that are looked at

    explicit Sources(std::filesystem::path folder) : _folder(std::move(folder)), _seen(look()) {}

    /// The names of what has come, gone or changed since the last look.
    std::vector<std::string> changes();
    /// What we write ourselves is no change.
    void written(const std::string& name);

  private:
    /// Time and size: an editor that writes the same content again has changed the file.
    using Stamp = std::pair<std::int64_t, std::uintmax_t>;
    using Stamps = std::map<std::string, Stamp>;

    Stamps look() const;

    const std::filesystem::path _folder;
    Stamps _seen;
};

}  // namespace aip::tool::dev
