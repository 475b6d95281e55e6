#include "plugins/nearest_tool.h"

#include <gtest/gtest.h>

namespace {

using aip::admission::ToolManifest;
using aip::plugins::didYouMean;

struct NearestRow {
    const char* type;
    const char* name;
    const char* offer;
};

TEST(NearestTool, isTheSameNameOfTheOtherTypeFirstAndNeverADestructiveOne) {
    const auto make = [](const char* type, const char* name, const char* annotations = "null") {
        ToolManifest tool;
        tool.type = type;
        tool.name = name;
        tool.annotations = annotations;
        return tool;
    };
    const ToolManifest tools[] = {make("action", "read_files"), make("data_collection", "read_file"),
                                  make("action", "delete_file", R"({"destructiveHint":true})"),
                                  make("action", "rename", R"({"destructiveHint":false})")};
    const std::vector<const ToolManifest*> offered{&tools[0], &tools[1], &tools[2], &tools[3]};
    const NearestRow rows[] = {
        {"action", "read_file", "; did you mean 'data_collection::read_file'?"},
        {"action", "read_filse", "; did you mean 'action::read_files'?"},
        {"", "raed_file", "; did you mean 'read_file'?"},
        {"action", "delete_fil", ""},
        {"data_collection", "delete_file", ""},
        {"action", "renames", "; did you mean 'action::rename'?"},
        {"action", "rnm", ""},
        {"action", "write_file", ""},
    };
    for (const auto& [type, name, offer] : rows) {
        EXPECT_EQ(didYouMean(type, name, offered), offer) << type << "::" << name;
    }
}

}  // namespace
