#include "admission/gate.h"

#include "admission/file_trust.h"
#include "plugins/make_slot.h"
#include "tests/plugins/support.h"

#include <gtest/gtest.h>

#include <functional>

#include <sys/stat.h>
#include <unistd.h>

namespace {

using namespace aip::admission;
using namespace aip::hosting;
using namespace aip::plugins;
using aip::tests::editManifest;
using aip::tests::installPlugin;
using aip::tests::TemporaryFolder;
using aip::tests::writeFile;
using std::filesystem::path;
using std::filesystem::perms;

std::string verdict(Gate& gate, const path& folder) {
    const Candidate candidate = gate.examine(folder);
    EXPECT_EQ(static_cast<bool>(candidate.library), !candidate.refusal);
    if (candidate.refusal) {
        EXPECT_NE(candidate.refusal->text, "");
    }
    return candidate.refusal ? candidate.refusal->code : "admitted";
}

std::string verdict(const GateRules& rules, const path& folder) {
    Gate gate(rules);
    return verdict(gate, folder);
}

/// A change to a good plugin, and the verdict of the gate.
struct GateRow {
    const char* name;
    std::function<void(const path& folder)> spoil;
    std::string verdict;
};

class GateCheck : public testing::TestWithParam<GateRow> {};

TEST_P(GateCheck, hasItsReasonCode) {
    const TemporaryFolder directory;
    const path folder = installPlugin("good", directory.path());
    GetParam().spoil(folder);
    Gate gate({});
    EXPECT_EQ(verdict(gate, folder), GetParam().verdict);
}

void allow(const path& file, perms more) {
    std::filesystem::permissions(file, more, std::filesystem::perm_options::add);
}

INSTANTIATE_TEST_SUITE_P(
    Gate, GateCheck,
    testing::Values(
        GateRow{"nothing", [](const path&) {}, "admitted"},
        GateRow{"no_manifest", [](const path& f) { std::filesystem::remove(f / "plugin.json"); }, "manifest-missing"},
        GateRow{"no_folder", [](const path& f) { std::filesystem::remove_all(f); }, "manifest-missing"},
        GateRow{"manifest_is_a_folder",
                [](const path& f) {
                    std::filesystem::remove(f / "plugin.json");
                    std::filesystem::create_directory(f / "plugin.json");
                },
                "manifest-invalid"},
        GateRow{"manifest_is_a_fifo",
                [](const path& f) {
                    std::filesystem::remove(f / "plugin.json");
                    ::mkfifo((f / "plugin.json").c_str(), 0600);
                },
                "manifest-invalid"},
        GateRow{"linked_manifest",
                [](const path& f) {
                    std::filesystem::rename(f / "plugin.json", f / "real.json");
                    std::filesystem::create_symlink("real.json", f / "plugin.json");
                },
                "manifest-invalid"},
        GateRow{"no_json", [](const path& f) { writeFile(f / "plugin.json", "{"); }, "manifest-invalid"},
        GateRow{"unknown_member", [](const path& f) { editManifest(f, "\"id\"", "\"more\": 1, \"id\""); },
                "manifest-invalid"},
        GateRow{"huge_manifest", [](const path& f) { writeFile(f / "plugin.json", std::string(5U << 20U, ' ')); },
                "manifest-invalid"},
        GateRow{"other_id", [](const path& f) { editManifest(f, "\"good\"", "\"better\""); }, "id-mismatch"},
        GateRow{"other_platform", [](const path& f) { editManifest(f, "\"linux-", "\"plan9-"); }, "platform-mismatch"},
        GateRow{"abi_major", [](const path& f) { editManifest(f, "\"major\": 1", "\"major\": 2"); }, "abi-major"},
        GateRow{"abi_minor", [](const path& f) { editManifest(f, "required\": 0", "required\": 9"); }, "abi-minor"},
        GateRow{"writable_library", [](const path& f) { allow(f / "good.so", perms::group_write); }, "permissions"},
        GateRow{"writable_manifest", [](const path& f) { allow(f / "plugin.json", perms::others_write); },
                "permissions"},
        GateRow{"writable_folder", [](const path& f) { allow(f, perms::group_write); }, "permissions"},
        GateRow{"sticky_folder", [](const path& f) { allow(f, perms::others_write | perms::sticky_bit); },
                "permissions"},
        GateRow{"writable_parent", [](const path& f) { allow(f.parent_path(), perms::others_write); }, "permissions"},
        GateRow{"writable_and_broken_manifest",
                [](const path& f) {
                    writeFile(f / "plugin.json", "{");
                    allow(f / "plugin.json", perms::group_write);
                },
                "permissions"},
        GateRow{"broken_manifest_in_a_writable_folder",
                [](const path& f) {
                    writeFile(f / "plugin.json", "{");
                    allow(f, perms::group_write);
                },
                "permissions"},
        GateRow{"linked_library",
                [](const path& f) {
                    std::filesystem::rename(f / "good.so", f / "real.so");
                    std::filesystem::create_symlink("real.so", f / "good.so");
                },
                "permissions"},
        GateRow{"tampered", [](const path& f) { writeFile(f / "good.so", aip::tests::readFile(f / "good.so") + "x"); },
                "hash-mismatch"},
        GateRow{"no_library", [](const path& f) { std::filesystem::remove(f / "good.so"); }, "entry-missing"}),
    [](const auto& row) { return row.param.name; });

TEST(Gate, readsALibraryUpToItsLimit) {
    const TemporaryFolder directory;
    const path folder = installPlugin("good", directory.path());
    std::filesystem::resize_file(folder / "good.so", largestLibrary + 1);
    const Candidate candidate = Gate({}).examine(folder);
    ASSERT_TRUE(candidate.refusal);
    EXPECT_NE(candidate.refusal->text.find("larger than 268435456 bytes"), std::string::npos)
        << candidate.refusal->text;
}

TEST(Gate, refusesALibraryWithoutTheEntry) {
    const TemporaryFolder directory;
    Gate gate({});
    EXPECT_EQ(verdict(gate, installPlugin("no_symbol", directory.path())), "entry-missing");
}

TEST(Gate, refusesWhatBelongsToSomebodyElse) {
    if (::geteuid() != 0) {
        GTEST_SKIP() << "only root can give a file away";
    }
    const TemporaryFolder directory;
    const path folder = installPlugin("good", directory.path());
    ASSERT_EQ(::chown((folder / "good.so").c_str(), 65534, 65534), 0);
    Gate gate({});
    EXPECT_EQ(verdict(gate, folder), "permissions");
}

TEST(Gate, admitsOnlyWhatIsOnTheAllowList) {
    const TemporaryFolder directory;
    const path folder = installPlugin("good", directory.path());
    EXPECT_EQ(verdict({{"other"}}, folder), "not-allowed");
    EXPECT_EQ(verdict({{"good"}}, folder), "admitted");
}

TEST(Gate, letsTheFirstKeepItsIdAndItsCapabilities) {
    const TemporaryFolder first;
    const TemporaryFolder second;
    Gate gate({});
    EXPECT_EQ(verdict(gate, installPlugin("good", first.path())), "admitted");
    EXPECT_EQ(verdict(gate, installPlugin("good", second.path())), "id-duplicate");
    EXPECT_EQ(verdict(gate, installPlugin("pair", second.path())), "capability-collision");
}

TEST(Gate, reservesNothingForWhatItRefused) {
    const TemporaryFolder directory;
    Gate gate({});
    const path good = installPlugin("good", directory.path());
    allow(good / "good.so", perms::others_write);
    EXPECT_EQ(verdict(gate, good), "permissions");
    EXPECT_EQ(verdict(gate, installPlugin("pair", directory.path())), "admitted");
}

TEST(Gate, tellsTheManifestOfWhatItRefused) {
    const TemporaryFolder directory;
    Gate gate({});
    const Candidate candidate = gate.examine(installPlugin("no_symbol", directory.path()));
    ASSERT_TRUE(candidate.manifest);
    EXPECT_EQ(candidate.manifest->version, "1.0.0");
}

TEST(FileTrust, hashesTheWholeFile) {
    const TemporaryFolder directory;
    writeFile(directory.path() / "x", std::string(200'000, 'a'));
    const auto file = openFile(directory.path() / "x");
    ASSERT_TRUE(file);
    EXPECT_EQ(*sha256(*file), "2287d207f24a941ff3b56c04c8a25ad56b63e3023207b3bb5b4ac0c9869d74be");
    EXPECT_EQ(readAll(*file, 200'000)->size(), 200'000U);
    EXPECT_EQ(readAll(*file, 199'999).error().code(), aip::base::Code::exhausted);
    EXPECT_FALSE(openFile(directory.path()));
}

}  // namespace
