#include "sign.h"

#include "admission/file_trust.h"
#include "admission/manifest.h"
#include "admission/program_files.h"
#include "key_file.h"

#include <fstream>
#include <string>
#include <system_error>
#include <utility>

namespace aip::tool {
namespace {

namespace fs = std::filesystem;
using base::Code;
using base::Error;
using base::Result;

constexpr std::size_t largestFile = 4UL << 20U;

Result<std::string> readFile(const fs::path& name) {
    const auto file = admission::openFile(name);
    if (!file) {
        return file.error();
    }
    return admission::readAll(*file, largestFile);
}

fs::path folderOf(const fs::path& plugin) {
    std::error_code unknown;
    return fs::is_directory(plugin, unknown) ? plugin : plugin.parent_path();
}

Result<void> checkLibrary(const fs::path& folder, const admission::Manifest& manifest) {
    const auto library = admission::openFile(folder / manifest.library);
    const auto hash = library ? admission::sha256(*library) : library.error();
    if (!hash) {
        return hash.error();
    }
    return *hash == manifest.sha256
               ? Result<void>()
               : Error(Code::invalid, manifest.library + " is not the file that the manifest was made for");
}

Result<void> checkProgram(const fs::path& folder, const hosting::ProgramSpec& program) {
    const auto opened = admission::openFolder(folder);
    if (!opened) {
        return opened.error();
    }
    auto checked = admission::checkProgramFiles(*opened, program, admission::Owners::any);
    if (checked) {
        checked = admission::checkUnlistedFiles(folder, program);
    }
    return checked ? Result<void>() : Error(Code::invalid, checked.error().line());
}

/// The text of a manifest that fits the library or the files beside it.
Result<std::string> readManifest(const fs::path& folder) {
    auto text = readFile(folder / "plugin.json");
    if (!text) {
        return text;
    }
    const auto manifest = admission::parseManifest(*text);
    if (!manifest) {
        return Error(manifest.error()).within("plugin.json");
    }
    const auto fits = manifest->program ? checkProgram(folder, *manifest->program) : checkLibrary(folder, *manifest);
    return fits ? text : fits.error();
}

/// Whole or not at all.
Result<void> writeFile(const fs::path& name, const std::string& content) {
    const fs::path unfinished = name.string() + ".new";
    std::ofstream out(unfinished, std::ios::binary | std::ios::trunc);
    out << content << std::flush;
    std::error_code failed;
    if (out) {
        fs::rename(unfinished, name, failed);
    }
    return out && !failed ? Result<void>() : Error(Code::denied, name.string() + " cannot be written");
}

}  // namespace

Result<void> sign(const fs::path& plugin, const fs::path& key) {
    const auto privateKey = readPrivateKey(key);
    if (!privateKey) {
        return privateKey.error();
    }
    const fs::path folder = folderOf(plugin);
    const auto manifest = readManifest(folder);
    const auto signature = manifest ? privateKey->sign(*manifest) : manifest.error();
    return signature ? writeFile(folder / admission::signatureName, *signature) : signature.error();
}

Result<void> verify(const fs::path& plugin, const fs::path& key) {
    const auto pem = readFile(key);
    const auto publicKey = pem ? admission::PublicKey::parse(*pem) : pem.error();
    if (!publicKey) {
        return pem ? Error(publicKey.error()).within(key.string()) : pem.error();
    }
    const fs::path folder = folderOf(plugin);
    const auto manifest = readFile(folder / "plugin.json");
    const auto signature = manifest ? readFile(folder / admission::signatureName) : manifest.error();
    if (!signature) {
        return signature.error();
    }
    if (!publicKey->verifies(*manifest, *signature)) {
        return Error(Code::denied, "plugin.json is not what the owner of " + key.string() + " has signed");
    }
    const auto fits = readManifest(folder);
    return fits ? Result<void>() : fits.error();
}

}  // namespace aip::tool
