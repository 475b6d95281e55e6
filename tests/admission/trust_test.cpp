#include "admission/file_trust.h"
#include "admission/gate.h"
#include "admission/sealed_library.h"
#include "plugins/make_slot.h"
#include "tests/admission/key_pair.h"
#include "tests/plugins/support.h"

#include <gtest/gtest.h>

#include <fstream>
#include <tuple>

#include <unistd.h>

namespace {

using namespace aip::admission;
using namespace aip::hosting;
using namespace aip::plugins;
using aip::tests::editManifest;
using aip::tests::installPlugin;
using aip::tests::isolated;
using aip::tests::KeyPair;
using aip::tests::readFile;
using aip::tests::SlotFixture;
using aip::tests::TemporaryFolder;
using aip::tests::writeFile;
using std::filesystem::path;

std::string trustVerdict(const GateRules& rules, const path& folder) {
    const Candidate candidate = Gate(rules).examine(folder);
    return candidate.refusal ? candidate.refusal->code : "admitted";
}

/// A good plugin, and rules that trust a key.
struct Signed {
    Signed() : folder(installPlugin("good", directory.path())) {
        rules.keys.push_back(*PublicKey::parse(own.publicPem));
    }

    void sign(const KeyPair& pair) const {
        const auto signature = PrivateKey::parse(pair.privatePem)->sign(readFile(folder / "plugin.json"));
        writeFile(folder / signatureName, *signature);
    }

    TemporaryFolder directory;
    path folder;
    KeyPair own;
    GateRules rules{{}, Trust::signature};
};

TEST(Trust, asksForNoSignatureUnlessItIsToldTo) {
    Signed plugin;
    plugin.rules.trust = Trust::owner;
    EXPECT_EQ(trustVerdict(plugin.rules, plugin.folder), "admitted");
}

TEST(Trust, wantsTheManifestSignedByOneOfTheKeys) {
    Signed plugin;
    EXPECT_EQ(trustVerdict(plugin.rules, plugin.folder), "signature-missing");
    plugin.sign(KeyPair());
    EXPECT_EQ(trustVerdict(plugin.rules, plugin.folder), "signature-invalid");
    plugin.sign(plugin.own);
    EXPECT_EQ(trustVerdict(plugin.rules, plugin.folder), "admitted");
    plugin.rules.keys.insert(plugin.rules.keys.begin(), *PublicKey::parse(KeyPair().publicPem));
    EXPECT_EQ(trustVerdict(plugin.rules, plugin.folder), "admitted");
    plugin.rules.keys.clear();
    EXPECT_EQ(trustVerdict(plugin.rules, plugin.folder), "signature-invalid");
}

TEST(Trust, findsTheSignatureOfAnotherTextInvalid) {
    Signed plugin;
    plugin.sign(plugin.own);
    editManifest(plugin.folder, "For tests.", "For jests.");
    EXPECT_EQ(trustVerdict(plugin.rules, plugin.folder), "signature-invalid");
    plugin.sign(plugin.own);
    writeFile(plugin.folder / signatureName, readFile(plugin.folder / signatureName) + "x");
    EXPECT_EQ(trustVerdict(plugin.rules, plugin.folder), "signature-invalid");
    std::filesystem::remove(plugin.folder / signatureName);
    std::filesystem::create_symlink("plugin.json", plugin.folder / signatureName);
    EXPECT_EQ(trustVerdict(plugin.rules, plugin.folder), "signature-missing");
}

TEST(Trust, holdsASignedManifestToItsLibrary) {
    Signed plugin;
    plugin.sign(plugin.own);
    writeFile(plugin.folder / "good.so", readFile(plugin.folder / "good.so") + "x");
    EXPECT_EQ(trustVerdict(plugin.rules, plugin.folder), "hash-mismatch");
}

TEST(Trust, wantsEveryPluginPinnedIfItIsToldTo) {
    const Signed plugin;
    const auto manifest = parseManifest(readFile(plugin.folder / "plugin.json"));
    EXPECT_EQ(trustVerdict({{}, Trust::pinned}, plugin.folder), "not-pinned");
    EXPECT_EQ(trustVerdict({{}, Trust::pinned, {{"good", manifest->sha256}}}, plugin.folder), "admitted");
}

TEST(Trust, checksAPinWhereverItIsGiven) {
    Signed plugin;
    plugin.sign(plugin.own);
    plugin.rules.pins["good"] = std::string(64, '0');
    for (const Trust trust : {Trust::owner, Trust::pinned, Trust::signature}) {
        plugin.rules.trust = trust;
        EXPECT_EQ(trustVerdict(plugin.rules, plugin.folder), "pin-mismatch");
    }
}

/// A change to the library of an admitted plugin before it is loaded, and the result.
struct TrustRow {
    const char* name;
    void (*meddle)(const path& library);
    const char* reason;
};

std::ostream& operator<<(std::ostream& out, const TrustRow& row) {
    return out << row.name;
}

class BetweenHashAndLoad : public testing::TestWithParam<std::tuple<TrustRow, Isolation>> {};

TEST_P(BetweenHashAndLoad, onlyWhatWasHashedIsLoaded) {
    const TemporaryFolder directory;
    const path folder = installPlugin("good", directory.path());
    Candidate candidate = Gate({}).examine(folder);
    ASSERT_FALSE(candidate.refusal);
    const auto& [row, isolation] = GetParam();
    row.meddle(folder / "good.so");
    const auto slot = makeSlot(*std::move(candidate.manifest), std::move(candidate.library), isolated(isolation));
    EXPECT_EQ(static_cast<bool>(slot->start()), row.reason == std::string());
    EXPECT_EQ(slot->reason(), row.reason);
}

constexpr const char* changed = "hash-mismatch: good.so has been changed since it was admitted";

const auto meddling = testing::Values(
    TrustRow{"exchanged",
             [](const path& library) {
                 std::filesystem::rename(library, library.parent_path() / "old.so");
                 std::filesystem::copy(path(TEST_PLUGINS) / "pair" / "pair.so", library);
             },
             ""},
    TrustRow{"deleted", [](const path& library) { std::filesystem::remove(library); }, ""},
    TrustRow{"overwritten",
             [](const path& library) { writeFile(library, readFile(path(TEST_PLUGINS) / "pair/pair.so")); }, changed},
    TrustRow{"patched",
             [](const path& library) {
                 std::fstream file(library, std::ios::in | std::ios::out | std::ios::binary);
                 file.seekp(-1, std::ios::end).put('x');
             },
             changed},
    TrustRow{"emptied", [](const path& library) { std::filesystem::resize_file(library, 0); }, changed},
    TrustRow{"grown", [](const path& library) { std::filesystem::resize_file(library, 1UL << 40U); },
             "load-failed: cannot copy the library into a sealed memfd: File too large"});

INSTANTIATE_TEST_SUITE_P(Library, BetweenHashAndLoad,
                         testing::Combine(meddling, testing::Values(Isolation::inProcess, Isolation::process)),
                         [](const auto& each) {
                             return aip::tests::nameOf(std::get<1>(each.param)) + "_" + std::get<0>(each.param).name;
                         });

class SealedLibrary : public testing::TestWithParam<Isolation> {};

TEST_P(SealedLibrary, runsOnWhateverBecomesOfItsFile) {
    SlotFixture fixture("good", isolated(GetParam()));
    EXPECT_EQ(fixture.run("echo", "[1]").text(), "[1]");
    const path library = fixture.directory.path() / "good" / "good.so";
    std::filesystem::resize_file(library, 0);  // a library mapped from this file would end the process now
    writeFile(library, std::string(1U << 20U, 'x'));
    EXPECT_EQ(fixture.run("describe").text().substr(0, 7), R"({"id":")");
    EXPECT_EQ(fixture.run("refuse").text().substr(0, 6), "DENIED");
}

INSTANTIATE_TEST_SUITE_P(Library, SealedLibrary, testing::Values(Isolation::inProcess, Isolation::process),
                         [](const auto& each) { return aip::tests::nameOf(each.param); });

TEST(Sealing, makesACopyThatCannotBeWrittenAndHasTheNameOfItsPlugin) {
    const TemporaryFolder directory;
    const Candidate candidate = Gate({}).examine(installPlugin("good", directory.path()));
    const auto sealed = sealLibrary(candidate.library, *candidate.manifest);
    ASSERT_TRUE(sealed) << sealed.error().line();
    const auto& copy = *sealed;
    EXPECT_EQ(::pwrite(copy.get(), "x", 1, 0), -1);
    EXPECT_EQ(::ftruncate(copy.get(), 0), -1);
    EXPECT_EQ(std::filesystem::read_symlink("/proc/self/fd/" + std::to_string(copy.get())),
              "/memfd:aip:good (deleted)");
}

}  // namespace
