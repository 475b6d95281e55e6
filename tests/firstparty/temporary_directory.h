#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>

namespace aip::shell {

/// A directory of its own, removed at the end.
class TemporaryDirectory {
  public:
    TemporaryDirectory() {
        std::string pattern = (std::filesystem::temp_directory_path() / "firstparty-XXXXXX").string();
        if (::mkdtemp(pattern.data()) == nullptr) {
            throw std::runtime_error("mkdtemp");
        }
        _path = std::filesystem::canonical(pattern);
    }
    TemporaryDirectory(const TemporaryDirectory&) = delete;
    TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
    ~TemporaryDirectory() {
        std::error_code ignored;
        std::filesystem::remove_all(_path, ignored);
    }

    std::string operator/(const std::string& name) const { return (_path / name).string(); }
    std::string path() const { return _path.string(); }

    std::string write(const std::string& name, const std::string& content = "content\n") const {
        std::filesystem::create_directories((_path / name).parent_path());
        std::ofstream(_path / name) << content;
        return *this / name;
    }

  private:
    std::filesystem::path _path;
};

}  // namespace aip::shell
