// The official test suite, https://github.com/json-schema-org/JSON-Schema-Test-Suite: every required test of both
// drafts but those of `exceptions`.

#include "schema/schema.h"

#include <gtest/gtest.h>
#include <simdjson.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace aip::schema;
using simdjson::dom::element;

constexpr std::string_view any = "*";

struct Exception {
    std::string_view file;
    std::string_view group;
    std::string_view reason;  ///< how the error of the compiler begins, after the keyword
};

/// References to other documents and other dialects are refused when compiled: nothing is ever fetched, and the
/// metaschemas are other documents, too.
constexpr std::string_view otherDocument = "leads to another document";
constexpr std::string_view otherDialect = "is not supported: use draft 7 or 2020-12";
constexpr std::string_view metaschema = otherDocument;

constexpr Exception exceptions[] = {
    {"refRemote.json", any, otherDocument},
    {"definitions.json", "validate definition against metaschema", metaschema},
    {"defs.json", "validate definition against metaschema", metaschema},
    {"ref.json", "remote ref, containing refs itself", metaschema},
    {"dynamicRef.json", "strict-tree schema, guards against misspelled properties", otherDocument},
    {"dynamicRef.json", "tests for implementation dynamic anchor and reference link", otherDocument},
    {"dynamicRef.json", "$ref and $dynamicAnchor are independent of order - $defs first", otherDocument},
    {"dynamicRef.json", "$ref and $dynamicAnchor are independent of order - $ref first", otherDocument},
    {"dynamicRef.json", "$ref to $dynamicRef finds detached $dynamicAnchor", otherDocument},
    {"vocabulary.json", "schema that uses custom metaschema with with no validation vocabulary", otherDialect},
    {"vocabulary.json", "ignore unrecognized optional vocabulary", otherDialect},
};

std::filesystem::path folder() {
    const char* named = std::getenv("AIP_JSON_SCHEMA_TEST_SUITE");
    return named != nullptr ? named : SUITE;
}

struct Tally {
    int right = 0;
    int excepted = 0;
};

const Exception* exceptionFor(const std::string& file, std::string_view group) {
    const auto* found = std::ranges::find_if(exceptions, [&](const Exception& each) {
        return each.file == file && (each.group == any || each.group == group);
    });
    return found == std::end(exceptions) ? nullptr : found;
}

void runGroup(const std::string& file, element group, Dialect dialect, Tally& tally) {
    const std::string_view name = group["description"];
    const simdjson::dom::array tests = group["tests"];
    const auto schema = Schema::compile(simdjson::minify(element(group["schema"])), {.fallback = dialect});
    if (!schema) {
        const Exception* exception = exceptionFor(file, name);
        EXPECT_NE(exception, nullptr) << file << ": " << name << ": " << schema.error().text();
        EXPECT_TRUE(exception == nullptr || schema.error().text().find(exception->reason) != std::string::npos)
            << file << ": " << name << ": " << schema.error().text();
        tally.excepted += exception == nullptr ? 0 : static_cast<int>(tests.size());
        return;
    }
    for (const element test : tests) {
        const auto checked = schema->check(simdjson::minify(element(test["data"])));
        EXPECT_EQ(bool(checked), bool(test["valid"]))
            << file << ": " << name << ": " << std::string_view(test["description"]) << ": "
            << (checked ? "accepted" : checked.error().text());
        tally.right += bool(checked) == bool(test["valid"]) ? 1 : 0;
    }
}

void runFile(const std::filesystem::path& file, Dialect dialect, Tally& tally) {
    simdjson::dom::parser parser;
    const element groups = parser.load(file.string());
    for (const element group : simdjson::dom::array(groups)) {
        runGroup(file.filename().string(), group, dialect, tally);
    }
}

Tally run(const char* draft, Dialect dialect) {
    Tally tally;
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::directory_iterator(folder() / draft)) {
        if (entry.is_regular_file() && entry.path().extension() == ".json") {
            files.push_back(entry.path());
        }
    }
    std::ranges::sort(files);
    for (const auto& file : files) {
        runFile(file, dialect, tally);
    }
    return tally;
}

/// Not required, but what tools are written with: expressions as ECMA-262 has them, large numbers, ids.
constexpr const char* optionalFiles[] = {"ecmascript-regex.json", "non-bmp-regex.json", "float-overflow.json",
                                         "id.json", "unknownKeyword.json"};

struct Draft {
    const char* folder;
    Dialect dialect;
    int right;     ///< at least
    int excepted;  ///< at most
};

void PrintTo(const Draft& draft, std::ostream* out) {
    *out << draft.folder;
}

class OfficialSuite : public testing::TestWithParam<Draft> {};

TEST_P(OfficialSuite, passes) {
    if (!std::filesystem::is_directory(folder() / GetParam().folder)) {
        GTEST_SKIP() << "NOT TESTED: the JSON-Schema-Test-Suite is not at " << folder()
                     << "; set AIP_JSON_SCHEMA_TEST_SUITE to where it is";
    }
    const Tally tally = run(GetParam().folder, GetParam().dialect);
    EXPECT_GE(tally.right, GetParam().right);
    EXPECT_LE(tally.excepted, GetParam().excepted);
    std::cout << GetParam().folder << ": " << tally.right << " right, " << tally.excepted << " need another document\n";
}

TEST_P(OfficialSuite, passesWhatToolsNeedOfTheRest) {
    if (!std::filesystem::is_directory(folder() / GetParam().folder)) {
        GTEST_SKIP() << "NOT TESTED: the JSON-Schema-Test-Suite is not at " << folder();
    }
    Tally tally;
    for (const char* file : optionalFiles) {
        runFile(folder() / GetParam().folder / "optional" / file, GetParam().dialect, tally);
    }
    EXPECT_GE(tally.right, 90);
    EXPECT_EQ(tally.excepted, 0);
}

INSTANTIATE_TEST_SUITE_P(Required, OfficialSuite,
                         testing::Values(Draft{"draft7", Dialect::draft7, 900, 27},
                                         Draft{"draft2020-12", Dialect::draft2020, 1246, 53}));

}  // namespace
