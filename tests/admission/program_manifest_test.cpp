#include "admission/manifest.h"
#include "base/sha256.h"

#include <gtest/gtest.h>

#include <string>

namespace {

using aip::admission::parseManifest;
using Protocol = aip::hosting::ProgramSpec::Protocol;

const std::string zeros(64, '0');
const std::string goodProgram =
    R"({"schema_version":1,"id":"disk","version":"1.0.0","command":["./disk.py","-v"],)"
    R"("protocol":"exec","files":[{"name":"disk.py","sha256":")" +
    zeros + R"("},{"name":"lib/words.txt","sha256":")" + zeros +
    R"("}],"tools":[{"name":"usage","type":"action","namespace":"Disk","input_schema":{}}]})";

std::string programWith(const std::string& from, const std::string& to) {
    std::string text = goodProgram;
    const auto at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    return text.replace(at, from.size(), to);
}

TEST(ProgramManifest, isReadWhole) {
    const auto manifest = parseManifest(goodProgram);
    ASSERT_TRUE(manifest) << manifest.error().text();
    ASSERT_TRUE(manifest->program);
    EXPECT_EQ(manifest->program->protocol, Protocol::exec);
    EXPECT_EQ(manifest->program->command, (std::vector<std::string>{"./disk.py", "-v"}));
    ASSERT_EQ(manifest->program->files.size(), 2U);
    EXPECT_EQ(manifest->program->files[1].name, "lib/words.txt");
    EXPECT_EQ(manifest->program->files[1].sha256, zeros);
    EXPECT_TRUE(manifest->program->isInFolder());
    EXPECT_EQ(manifest->kind(), "program (exec)");
    EXPECT_EQ(manifest->sha256, aip::base::sha256Of(goodProgram));
    EXPECT_EQ(manifest->library, "");
    EXPECT_EQ(manifest->platform, "");
    EXPECT_TRUE(manifest->promises("aip.command-executor/1"));
}

TEST(ProgramManifest, mayNameAProgramOfTheSystem) {
    for (const char* command : {R"(["python3","disk.py"])", R"(["/usr/bin/python3"])", R"(["disk.py"])"}) {
        const auto manifest = parseManifest(programWith(R"(["./disk.py","-v"])", command));
        ASSERT_TRUE(manifest) << manifest.error().text();
        EXPECT_FALSE(manifest->program->isInFolder()) << command;
    }
}

struct ProgramRow {
    std::string from;
    std::string to;
    std::string error;
};

class BrokenProgram : public testing::TestWithParam<ProgramRow> {};

TEST_P(BrokenProgram, isAnErrorThatNamesThePlace) {
    const auto manifest = parseManifest(programWith(GetParam().from, GetParam().to));
    ASSERT_FALSE(manifest);
    EXPECT_TRUE(manifest.error().text().starts_with(GetParam().error)) << manifest.error().text();
}

INSTANTIATE_TEST_SUITE_P(
    Manifest, BrokenProgram,
    testing::Values(ProgramRow{R"("protocol":"exec",)", "", "'protocol' is a required property"},
                    ProgramRow{R"("exec")", R"("http")", "'protocol': "},
                    ProgramRow{R"(["./disk.py","-v"])", "[]", "'command': "},
                    ProgramRow{R"(["./disk.py","-v"])", R"("./disk.py")", "'command': expected array, got string"},
                    ProgramRow{R"(["./disk.py","-v"])", R"([""])", "'command': its first word is empty"},
                    ProgramRow{R"("-v")", R"("a\u0000b")", "'command[1]': "},
                    ProgramRow{R"("./disk.py")", R"("./other.py")", "'command': ./other.py is not among the files"},
                    ProgramRow{R"("./disk.py")", R"("./../x")", "'command': ./../x is not among the files"},
                    ProgramRow{R"("name":"disk.py")", R"("name":"../disk.py")", "'files[0].name': "},
                    ProgramRow{R"("name":"disk.py")", R"("name":"/disk.py")", "'files[0].name': "},
                    ProgramRow{R"("name":"disk.py")", R"("name":".disk.py")", "'files[0].name': "},
                    ProgramRow{R"("name":"disk.py")", R"("name":"lib//disk.py")", "'files[0].name': "},
                    ProgramRow{R"("name":"lib/words.txt")", R"("name":"disk.py")", "'files': disk.py stands twice"},
                    ProgramRow{zeros, "00", "'files[0].sha256': "},
                    ProgramRow{R"("protocol":"exec")", R"("protocol":"exec","library":"a.so")", "'library'"},
                    ProgramRow{R"("protocol":"exec")", R"("protocol":"exec","extensions":[])", "'extensions'"},
                    ProgramRow{R"("command":["./disk.py","-v"],)", "", "'abi' is a required property"}));

}  // namespace
