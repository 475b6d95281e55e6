#include "app/secret.h"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
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
constexpr std::size_t maxSecretSize = 4'096;

/// It goes into a header or a query, which a control character would end.
bool isOneLine(const std::string& text) {
    return std::none_of(text.begin(), text.end(), [](unsigned char c) { return c < 0x20 || c == 0x7F; });
}

Result<void> takeFromEnvironment(const Settings& settings, const std::string& rawValue) {
    if (!rawValue.starts_with(referenceStart) || rawValue.find('}') != rawValue.size() - 1) {
        return Error(Code::denied,
                     "server.token takes a reference such as ${system.env.AIP_TOKEN}; a key itself "
                     "belongs into a file that server.token_file names");
    }
    forgetVariable(rawValue.substr(referenceStart.size(), rawValue.size() - referenceStart.size() - 1));
    return isOneLine(settings.session.endpoint.token) ? Result<void>()
                                                      : Error(Code::invalid, "server.token: expected one line");
}

}  // namespace

/// unsetenv() does no more than to drop a pointer: /proc/PID/environ goes on showing the bytes with which the process
/// began.
void forgetVariable(const std::string& name) {
    const std::string start = name + "=";
    for (char** entry = environ; *entry != nullptr; ++entry) {
        if (std::string_view(*entry).starts_with(start)) {
            char* value = *entry + start.size();
            ::explicit_bzero(value, std::strlen(value));
        }
    }
    ::unsetenv(name.c_str());
}

Result<void> checkPrivate(const std::string& name) {
    struct stat status {};
    if (::stat(name.c_str(), &status) != 0) {
        return Error(Code::notFound, name + ": " + std::strerror(errno));
    }
    if (!S_ISREG(status.st_mode)) {
        return Error(Code::denied, name + ": not a plain file");
    }
    if ((status.st_mode & 077U) != 0 || (status.st_uid != ::geteuid() && status.st_uid != 0)) {
        return Error(Code::denied, name + ": others may read it; chmod 600 and own it");
    }
    return {};
}

Result<std::string> readSecretFile(const std::string& name) {
    if (auto checked = checkPrivate(name); !checked) {
        return checked.error();
    }
    std::ifstream in(name, std::ios::binary);
    std::string text{std::istreambuf_iterator<char>(in), {}};
    if (!in) {
        return Error(Code::denied, name + ": cannot be read");
    }
    text.erase(text.find_last_not_of(" \t\r\n") + 1);
    text.erase(0, text.find_first_not_of(" \t\r\n"));
    if (text.empty() || text.size() > maxSecretSize || !isOneLine(text)) {
        return Error(Code::invalid, name + ": expected one line with the secret");
    }
    return text;
}

Result<void> resolveToken(Settings& settings, const std::string& rawValue) {
    if (!rawValue.empty()) {
        if (auto taken = takeFromEnvironment(settings, rawValue); !taken) {
            return taken;
        }
    }
    if (settings.tokenFile.empty()) {
        return {};
    }
    auto token = readSecretFile(settings.tokenFile);
    if (!token) {
        return std::move(token).error().within("server.token_file");
    }
    settings.session.endpoint.token = *std::move(token);
    return {};
}

}  // namespace aip::app
