#include <gtest/gtest.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>

#include <sys/wait.h>
#include <unistd.h>

namespace {

namespace fs = std::filesystem;

struct Run {
    int status;
    std::string output;
};

/// aip-plugin with these words, its two outputs together.
Run run(const std::string& words) {
    const auto command = std::string(AIP_PLUGIN_TOOL) + " " + words + " 2>&1";
    FILE* pipe = ::popen(command.c_str(), "r");  // NOLINT(cert-env33-c): the words are ours
    std::string output;
    char buffer[4096];
    while (const auto size = std::fread(buffer, 1, sizeof buffer, pipe)) {
        output.append(buffer, size);
    }
    const int status = ::pclose(pipe);
    return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, output};
}

std::string bad(const std::string& name) {
    return BAD_FOLDER "/libsdk_" + name + ".so";
}

/// A folder of its own, gone at the end.
class Folder {
  public:
    Folder() : path(fs::path(::testing::TempDir()) / ("aip-tool-test-" + std::to_string(::getpid()))) {
        fs::create_directories(path);
    }
    ~Folder() { fs::remove_all(path); }

    void write(const char* name, const std::string& text) const { std::ofstream(path / name) << text; }

    const fs::path path;
};

TEST(AipPlugin, saysHowToUseIt) {
    EXPECT_EQ(run("--help").status, 0);
    EXPECT_NE(run("--help").output.find("Exit codes: 0 done"), std::string::npos);
    EXPECT_TRUE(run("--version").output.starts_with("aip-plugin "));
}

TEST(AipPlugin, endsWithTwoOnWrongUsage) {
    for (const auto* words :
         {"fly", "manifest", "manifest a b", "manifest a -o", "manifest --fast a", "inspect a -o b"}) {
        EXPECT_EQ(run(words).status, 2) << words;
    }
}

TEST(AipPlugin, writesTheManifestToItsOutputToo) {
    std::ifstream file(fs::path(ZOO).parent_path() / "plugin.json");
    EXPECT_EQ(run("manifest " ZOO).output, std::string(std::istreambuf_iterator<char>(file), {}));
}

struct Refusal {
    std::string library;
    std::string reason;
};

TEST(AipPlugin, refusesABadLibraryWithAReason) {
    const Refusal refusals[] = {
        {bad("aborts_on_load"), "crashed while it was loaded"},
        {bad("exits_on_load"), "ended the process while it was loaded"},
        {bad("create_fails"), "no hardware here"},
        {bad("create_fails"), "create() failed with status 3"},
        {bad("declares_twice"), "tool 'run' is declared twice"},
        {bad("reserved_setting"), "setting 'load' is one of the agent's own"},
        {bad("wrong_default"), "default of 'count': expected an integer"},
        {bad("wrong_major"), "built for ABI 2, this tool knows 1"},
        {bad("not_a_plugin"), "does not export aip_plugin_entry_v1"},
        {COUNTER, "does not implement aip.manifest/1"},
        {SCHEMA, "not an ELF file"},
        {"/nowhere/libx.so", "No such file or directory"},
    };
    for (const auto& [library, reason] : refusals) {
        const auto result = run("manifest " + library);
        EXPECT_EQ(result.status, 1) << library;
        EXPECT_NE(result.output.find(reason), std::string::npos) << result.output;
    }
}

TEST(AipPlugin, refusesAManifestByHandThatIsNotRight) {
    const Folder folder;
    folder.write("in.json", R"({"schema_version":1,"id":"UPPER"})");
    const auto result = run("manifest " COUNTER " --from " + (folder.path / "in.json").string());
    EXPECT_EQ(result.status, 1);
    EXPECT_NE(result.output.find("its manifest: id: "), std::string::npos) << result.output;
}

TEST(AipPlugin, inspectsAPluginByFolderOrLibrary) {
    const auto byFolder = run("inspect " + fs::path(ZOO).parent_path().string());
    EXPECT_EQ(byFolder.status, 0);
    for (const auto* part : {"org.example.zoo", "exports      aip_plugin_entry_v1 \n", "ABI 1.0, needs an agent of 1.0",
                             "action::greet (Zoo)", "data_collection::settings (ZooData)", "\"maximum\":10"}) {
        EXPECT_NE(byFolder.output.find(part), std::string::npos) << part;
    }
    EXPECT_EQ(run("inspect " ZOO).output, byFolder.output);
}

TEST(AipPlugin, seesThatALibraryWasExchanged) {
    const Folder folder;
    fs::copy(fs::path(COUNTER).parent_path() / "plugin.json", folder.path);
    fs::copy(ZOO, folder.path / "libsdk_counter.so");
    const auto result = run("inspect " + folder.path.string());
    EXPECT_EQ(result.status, 1);
    EXPECT_NE(result.output.find("sha256 differs"), std::string::npos) << result.output;
}

}  // namespace
