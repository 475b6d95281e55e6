#include "admission/manifest_file.h"

#include "admission/file_trust.h"

#include <system_error>
#include <utility>

namespace aip::admission {
namespace {

using base::Code;
using hosting::Refusal;
namespace reason = hosting::reason;

constexpr std::size_t largestManifest = 4UL << 20U;

const char* reasonOf(Code code) {
    switch (code) {
        case Code::notFound:
            return reason::manifestMissing;
        case Code::invalid:
            return reason::manifestInvalid;
        case Code::exhausted:
            return reason::shortage;
        default:
            return reason::permissions;
    }
}

base::Result<base::Descriptor> openTrusted(const std::filesystem::path& folder) {
    const auto file = folder / "plugin.json";
    auto opened = openFile(file);
    if (!opened) {
        return opened;
    }
    if (auto trusted = trustFolder(folder); !trusted) {
        return std::move(trusted).error();
    }
    if (auto trusted = trustFile(*opened, file); !trusted) {
        return std::move(trusted).error();
    }
    return opened;
}

}  // namespace

base::Result<std::string, Refusal> readTrustedManifest(const std::filesystem::path& folder) {
    std::error_code failed;
    std::error_code linkFailed;
    const auto real = std::filesystem::canonical(folder, failed);
    if (failed) {
        const bool link = std::filesystem::is_symlink(std::filesystem::symlink_status(folder, linkFailed));
        return Refusal{reason::manifestMissing,
                       folder.string() + (link ? ": a symbolic link that leads nowhere" : ": " + failed.message())};
    }
    const auto file = openTrusted(real);
    if (!file) {
        return Refusal{reasonOf(file.error().code()), file.error().text()};
    }
    auto text = readAll(*file, largestManifest);
    if (!text) {
        return Refusal{reason::manifestInvalid, text.error().text()};
    }
    return *std::move(text);
}

}  // namespace aip::admission
