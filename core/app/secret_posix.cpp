#include "app/secret.h"

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string_view>

#include <sys/stat.h>
#include <unistd.h>

namespace aip::app {
namespace {

using base::Code;
using base::Error;
using base::Result;

constexpr std::string_view referenceStart = "${system.env.";
constexpr std::size_t maxTokenSize = 4'096;

Result<std::string> readTokenFile(const std::string& name) {
    struct stat status {};
    if (::stat(name.c_str(), &status) != 0 || !S_ISREG(status.st_mode)) {
        return Error(Code::notFound, name + ": no such file");
    }
    if ((status.st_mode & 077U) != 0 || (status.st_uid != ::geteuid() && status.st_uid != 0)) {
        return Error(Code::denied, name + ": others may read it; chmod 600 and own it");
    }
    std::ifstream in(name, std::ios::binary);
    std::string text{std::istreambuf_iterator<char>(in), {}};
    if (!in) {
        return Error(Code::denied, name + ": cannot be read");
    }
    text.erase(text.find_last_not_of(" \t\r\n") + 1);
    text.erase(0, text.find_first_not_of(" \t\r\n"));
    if (text.empty() || text.size() > maxTokenSize || text.find('\n') != std::string::npos) {
        return Error(Code::invalid, name + ": expected one line with the key");
    }
    return text;
}

}  // namespace

Result<void> resolveToken(Settings& settings, const std::string& asWritten) {
    if (!asWritten.empty()) {
        if (!asWritten.starts_with(referenceStart) || asWritten.find('}') != asWritten.size() - 1) {
            return Error(Code::denied,
                         "server.token takes a reference such as ${system.env.AIP_TOKEN}; a key itself "
                         "belongs into a file that server.token_file names");
        }
        const auto size = asWritten.size() - referenceStart.size() - 1;
        ::unsetenv(asWritten.substr(referenceStart.size(), size).c_str());
    }
    if (settings.tokenFile.empty()) {
        return {};
    }
    auto token = readTokenFile(settings.tokenFile);
    if (!token) {
        return std::move(token).error().within("server.token_file");
    }
    settings.session.endpoint.token = *std::move(token);
    return {};
}

}  // namespace aip::app
