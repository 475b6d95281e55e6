#pragma once

#include "tests/support/temporary_folder.h"

#include <filesystem>
#include <string>

namespace aip::tests {

/// A folder with plugins of which there is nothing but a manifest.
class Installation {
  public:
    void add(const std::string& id, const std::string& settingsSchema = "null") const {
        write(id, settingsSchema, R"("aip.device-info/1")", "");
    }

    /// With one action.
    void addTool(const std::string& id, const std::string& nameSpace, const std::string& moreExtensions = "") const {
        write(id, "null", R"("aip.command-executor/1")" + moreExtensions,
              R"({"name":"act","type":"action","namespace":")" + nameSpace +
                  R"(","description":"Acts.","input_schema":{"type":"object"}})");
    }

    std::string path() const { return _folder.path().string(); }
    std::string definition() const { return "plugins.directories=" + path(); }

  private:
    void write(const std::string& id, const std::string& settingsSchema, const std::string& extensions,
               const std::string& tools) const {
        std::filesystem::create_directory(_folder / id);
        _folder.write(
            id + "/plugin.json",
            R"({"schema_version":1,"id":")" + id +
                R"(","version":"1.2.3","description":"Of the tests.","abi":{"major":1,"minor":0,"minor_required":0},)"
                R"("platform":"linux-x86_64","library":"x.so","sha256":")" +
                std::string(64, '0') + R"(","extensions":[)" + extensions + R"(],"concurrency":1,"settings":)" +
                settingsSchema + R"(,"tools":[)" + tools + "]}");
    }

    const TemporaryFolder _folder;
};

}  // namespace aip::tests
