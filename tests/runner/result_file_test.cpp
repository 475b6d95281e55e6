#include "runner/result_file.h"

#include <gtest/gtest.h>

#include <string>

namespace {

using aip::runner::fileOf;

struct ResultRow {
    const char* json;
    const char* name;
    const char* mimeType;
    const char* content;  ///< null: the JSON as it is
};

TEST(ResultFile, isWhatTheResultStandsFor) {
    for (const auto& row : {
             ResultRow{R"({"a":1})", "a_tool.json", "application/json", nullptr},
             ResultRow{R"("text")", "a_tool.json", "application/json", nullptr},
             ResultRow{R"("data:image/png;base64,")", "a_tool.png", "image/png", ""},
             ResultRow{R"("data:image/png;base64,Zg==")", "a_tool.png", "image/png", "f"},
             ResultRow{R"("data:image/svg+xml;base64,Zm8=")", "a_tool.svg", "image/svg+xml", "fo"},
             ResultRow{R"("data:audio/x-very-long-name;base64,Zm9v")", "a_tool.x", "audio/x-very-long-name", "foo"},
             ResultRow{R"("data:odd;base64,Zm9vYmFy")", "a_tool.bin", "odd", "foobar"},
             ResultRow{R"("data:image/png;base64,Zm9")", "a_tool.json", "application/json", nullptr},
             ResultRow{R"("data:image/png;base64,Zm9\\")", "a_tool.json", "application/json", nullptr},
             ResultRow{R"("data:image/png;base64,=m9v")", "a_tool.json", "application/json", nullptr},
             ResultRow{R"("data:image/png,Zm9v")", "a_tool.json", "application/json", nullptr},
             ResultRow{R"("data:a b;base64,Zm9v")", "a_tool.json", "application/json", nullptr},
         }) {
        const auto file = fileOf("a.tool", row.json);
        EXPECT_EQ(file.name, row.name) << row.json;
        EXPECT_EQ(file.mimeType, row.mimeType) << row.json;
        EXPECT_EQ(file.content, row.content == nullptr ? row.json : row.content) << row.json;
    }
    EXPECT_EQ(fileOf(std::string(500, 'x'), "1").name, std::string(100, 'x') + ".json");
}

}  // namespace
