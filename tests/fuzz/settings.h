#pragma once

#include "app/config_listing.h"
#include "require.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

#include <sys/stat.h>
#include <unistd.h>

/// A folder for the configuration under test and a key file, so that no input makes the settings read another.
class SettingsHarness {
  public:
    explicit SettingsHarness(const char* fileName) : _file(_folder / fileName), _token(_folder / "token") {
        std::ofstream(_token) << "fuzz-secret";
        ::chmod(_token.c_str(), S_IRUSR | S_IWUSR);
    }
    ~SettingsHarness() { std::filesystem::remove_all(_folder); }
    SettingsHarness(const SettingsHarness&) = delete;
    SettingsHarness& operator=(const SettingsHarness&) = delete;

    void read(const char* data, std::size_t size) {
        std::ofstream(_file, std::ios::binary).write(data, static_cast<std::streamsize>(size));
        const aip::app::SettingsRequest request{{_file}, {"server.token_file=" + _token.string()}};
        const auto settings = aip::app::readSettings(request);
        require(!aip::app::listConfiguration(request, settings ? &*settings : nullptr).empty(), "values are listed");
        require(bool(settings) || !settings.error().text().empty(), "an error says what is wrong");
        const bool guessed = std::string_view(data, size).find("fuzz-secret") != std::string_view::npos;
        require(guessed || bool(settings) || settings.error().report().find("fuzz-secret") == std::string::npos,
                "an error does not hold the key");
    }

  private:
    static std::filesystem::path newFolder() {
        std::string name = std::filesystem::temp_directory_path() / "aip-fuzz-XXXXXX";
        require(::mkdtemp(name.data()) != nullptr, "there is a folder for the settings");
        return name;
    }

    std::filesystem::path _folder = newFolder();
    std::filesystem::path _file;
    std::filesystem::path _token;
};
