#pragma once

#include "app/settings_reader.h"
#include "tests/support/temporary_folder.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace aip::app {

class SettingsReader : public testing::Test {
  protected:
    /// What is wrong with a file of this content; empty: nothing.
    std::string errorIn(const std::string& content, const std::string& name = "a.ini") {
        const auto settings = read(content, {}, name);
        return settings ? "" : settings.error().text();
    }

    base::Result<Settings, Findings> read(const std::string& content, const std::vector<std::string>& definitions = {},
                                          const std::string& name = "a.ini") {
        tests::writeFile(_folder / name, content);
        return readSettings({{_folder / name}, definitions});
    }

    Settings settings(const std::string& content, const std::vector<std::string>& definitions = {}) {
        auto done = read(content, definitions);
        EXPECT_TRUE(done) << done.error().text();
        return done ? *std::move(done) : Settings();
    }

    const tests::TemporaryFolder _folder;
};

}  // namespace aip::app
