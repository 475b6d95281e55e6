#include "admission/file_trust.h"
#include "admission/gate.h"
#include "admission/program_files.h"
#include "base/sha256.h"
#include "tests/admission/key_pair.h"
#include "tests/support/temporary_folder.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <functional>
#include <string>

namespace {

using namespace aip::admission;
using aip::tests::TemporaryFolder;
using aip::tests::writeFile;
using std::filesystem::path;
using std::filesystem::perms;

const std::string script = "#!/bin/sh\necho 1\n";
const std::string words = "words";

void makeExecutable(const path& file) {
    std::filesystem::permissions(file, perms::owner_all | perms::group_read | perms::others_read);
}

std::string manifestOf(const std::string& command) {
    return R"({"schema_version":1,"id":"disk","version":"1.0.0","command":[")" + command +
           R"("],"protocol":"exec","files":[{"name":"disk.sh","sha256":")" + aip::base::sha256Of(script) +
           R"("},{"name":"lib/words.txt","sha256":")" + aip::base::sha256Of(words) +
           R"("}],"tools":[{"name":"usage","type":"action","namespace":"Disk","input_schema":{}}]})";
}

/// A plugin that is a good program.
path installProgram(const path& directory, const std::string& command = "./disk.sh") {
    path folder = directory / "disk";
    std::filesystem::create_directories(folder / "lib");
    for (const path& each : {folder, folder / "lib"}) {
        std::filesystem::permissions(each, perms::owner_all | perms::others_exec);
    }
    writeFile(folder / "disk.sh", script);
    makeExecutable(folder / "disk.sh");
    writeFile(folder / "lib/words.txt", words);
    writeFile(folder / "plugin.json", manifestOf(command));
    return folder;
}

std::string codeOf(const GateRules& rules, const path& folder) {
    Gate gate(rules);
    const Candidate candidate = gate.examine(folder);
    EXPECT_EQ(static_cast<bool>(candidate.library), !candidate.refusal);
    return candidate.refusal ? candidate.refusal->code : "admitted";
}

void permit(const path& file, perms more) {
    std::filesystem::permissions(file, more, std::filesystem::perm_options::add);
}

struct ProgramGateRow {
    const char* name;
    std::function<void(const path& folder)> spoil;
    std::string code;
    std::string codeIfPinned{};  ///< empty: the same
};

class ProgramGate : public testing::TestWithParam<ProgramGateRow> {};

TEST_P(ProgramGate, hasItsReasonCode) {
    const TemporaryFolder directory;
    const path folder = installProgram(directory.path());
    GetParam().spoil(folder);
    EXPECT_EQ(codeOf({}, folder), GetParam().code);
    const auto pin = aip::base::sha256Of(aip::tests::readFile(folder / "plugin.json"));
    EXPECT_EQ(codeOf({{}, Trust::pinned, {{"disk", pin}}}, folder),
              GetParam().codeIfPinned.empty() ? GetParam().code : GetParam().codeIfPinned);
}

INSTANTIATE_TEST_SUITE_P(
    Gate, ProgramGate,
    testing::Values(
        ProgramGateRow{"nothing", [](const path&) {}, "admitted"},
        ProgramGateRow{"edited", [](const path& f) { writeFile(f / "disk.sh", script + "#"); }, "hash-mismatch"},
        ProgramGateRow{"edited_below", [](const path& f) { writeFile(f / "lib/words.txt", "other"); }, "hash-mismatch"},
        ProgramGateRow{"absent", [](const path& f) { std::filesystem::remove(f / "lib/words.txt"); }, "entry-missing"},
        ProgramGateRow{"not_executable",
                       [](const path& f) { std::filesystem::permissions(f / "disk.sh", perms::owner_read); },
                       "entry-missing"},
        ProgramGateRow{"writable", [](const path& f) { permit(f / "disk.sh", perms::group_write); }, "permissions"},
        ProgramGateRow{"writable_below", [](const path& f) { permit(f / "lib/words.txt", perms::others_write); },
                       "permissions"},
        ProgramGateRow{"writable_folder_below", [](const path& f) { permit(f / "lib", perms::others_write); },
                       "permissions"},
        ProgramGateRow{"a_link",
                       [](const path& f) {
                           std::filesystem::rename(f / "disk.sh", f / "real.sh");
                           std::filesystem::create_symlink("real.sh", f / "disk.sh");
                       },
                       "permissions", "file-unlisted"},
        ProgramGateRow{"a_linked_folder",
                       [](const path& f) {
                           std::filesystem::rename(f / "lib", f.parent_path() / "lib");
                           std::filesystem::create_symlink("../lib", f / "lib");
                       },
                       "permissions", "file-unlisted"},
        ProgramGateRow{"the_folder_a_link",
                       [](const path& f) {
                           std::filesystem::rename(f, f.parent_path() / "real");
                           std::filesystem::create_directory_symlink("real", f);
                       },
                       "admitted"},
        ProgramGateRow{"a_folder",
                       [](const path& f) {
                           std::filesystem::remove(f / "disk.sh");
                           std::filesystem::create_directory(f / "disk.sh");
                       },
                       "permissions"},
        ProgramGateRow{"a_file_more", [](const path& f) { writeFile(f / "lib/more.py", "x"); }, "admitted",
                       "file-unlisted"},
        ProgramGateRow{"signed", [](const path& f) { writeFile(f / "plugin.json.sig", "x"); }, "admitted"},
        ProgramGateRow{"from_the_path", [](const path& f) { writeFile(f / "plugin.json", manifestOf("sh")); },
                       "admitted", "program-outside"},
        ProgramGateRow{"of_the_system", [](const path& f) { writeFile(f / "plugin.json", manifestOf("/bin/sh")); },
                       "admitted", "program-outside"}),
    [](const auto& row) { return row.param.name; });

TEST(ProgramTrust, isThatOfTheManifest) {
    const TemporaryFolder directory;
    const path folder = installProgram(directory.path());
    EXPECT_EQ(codeOf({{}, Trust::pinned}, folder), "not-pinned");
    EXPECT_EQ(codeOf({{}, Trust::owner, {{"disk", aip::base::sha256Of(script)}}}, folder), "pin-mismatch");

    const aip::tests::KeyPair pair;
    const GateRules rules{{}, Trust::signature, {}, {*PublicKey::parse(pair.publicPem)}};
    EXPECT_EQ(codeOf(rules, folder), "signature-missing");
    const auto sign = [&](const path& of) {
        const auto key = PrivateKey::parse(pair.privatePem);
        writeFile(of / "plugin.json.sig", *key->sign(aip::tests::readFile(of / "plugin.json")));
    };
    sign(folder);
    EXPECT_EQ(codeOf(rules, folder), "admitted");
    writeFile(folder / "lib/more.py", "x");
    EXPECT_EQ(codeOf(rules, folder), "file-unlisted");

    const TemporaryFolder other;
    const path outside = installProgram(other.path(), "sh");
    sign(outside);
    EXPECT_EQ(codeOf(rules, outside), "program-outside");
}

/// What becomes of a program whose file has this content.
std::string refusalOf(const std::string& content, const std::string& command = "./disk.sh") {
    const TemporaryFolder directory;
    const path folder = installProgram(directory.path());
    writeFile(folder / "disk.sh", content);
    std::string manifest = manifestOf(command);
    manifest.replace(manifest.find(aip::base::sha256Of(script)), aip::base::sha256Of(script).size(),
                     aip::base::sha256Of(content));
    writeFile(folder / "plugin.json", manifest);
    const auto refusal = Gate({}).examine(folder).refusal;
    return refusal ? refusal->line() : "";
}

TEST(ProgramInterpreter, mustBeInstalled) {
    const std::string folders = std::getenv("PATH");
    for (const auto* good : {"#!/bin/sh", "#! /bin/sh -e\n", "#!/usr/bin/env sh\n", "#!/usr/bin/env -S A=b sh -e\n",
                             "#!/usr/bin/env -i nopython9\n", "no script", "", "#!\n"}) {
        EXPECT_EQ(refusalOf(good), "") << good;
    }
    for (const auto& [content, what] : {std::pair("#!/usr/bin/nopython9\n", "/usr/bin/nopython9 (line 1 of disk.sh)"),
                                        std::pair("#! /usr/bin/nopython9 -u", "/usr/bin/nopython9 (line 1 of disk.sh)"),
                                        std::pair("#!/usr/bin/noenv sh\n", "/usr/bin/noenv (line 1 of disk.sh)")}) {
        EXPECT_EQ(refusalOf(content), std::string("entry-missing: interpreter ") + what + " is not installed");
    }
    EXPECT_EQ(refusalOf("#!/etc/passwd\n"),
              "entry-missing: interpreter /etc/passwd (line 1 of disk.sh) is not executable");
    for (const auto* content : {"#!/usr/bin/env nopython9\n", "#!/usr/bin/env -S A=b nopython9 -u\n"}) {
        EXPECT_EQ(refusalOf(content),
                  "entry-missing: interpreter nopython9 (line 1 of disk.sh; PATH=" + folders + ") is not installed");
    }
    EXPECT_EQ(refusalOf(script, "nopython9"),
              "entry-missing: program 'nopython9' (PATH=" + folders + ") is not installed");
    EXPECT_EQ(refusalOf(script, "/usr/bin/nopython9"), "entry-missing: program '/usr/bin/nopython9' is not installed");
}

TEST(ProgramFiles, haveALimit) {
    const TemporaryFolder directory;
    const path folder = installProgram(directory.path());
    std::filesystem::resize_file(folder / "disk.sh", largestProgramFiles + 1);
    Gate gate({});
    const Candidate candidate = gate.examine(folder);
    ASSERT_TRUE(candidate.refusal);
    EXPECT_EQ(candidate.refusal->line(), "hash-mismatch: its files are larger than 1073741824 bytes together");
}

TEST(ProgramFiles, areThoseOfTheOpenFolder) {
    const TemporaryFolder directory;
    const path folder = installProgram(directory.path());
    Gate gate({});
    const Candidate candidate = gate.examine(folder);
    ASSERT_FALSE(candidate.refusal);
    const auto check = [&] {
        const auto checked = checkProgramFiles(candidate.library, *candidate.manifest->program, Owners::any);
        return checked ? std::string() : checked.error().line();
    };
    EXPECT_EQ(check(), "");
    std::filesystem::rename(folder, directory.path() / "aside");
    EXPECT_EQ(check(), "");
    writeFile(directory.path() / "aside/disk.sh", "other");
    EXPECT_EQ(check(), "hash-mismatch: disk.sh is not the file that the manifest was made for");
}

}  // namespace
