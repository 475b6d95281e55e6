#include "app/secret.h"
#include "base/file.h"
#include "base/setting_text.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <string_view>

#include <unistd.h>

namespace aip::app {
namespace {

using base::Code;
using base::Error;
using base::Result;

constexpr std::string_view referenceStart = "${system.env.";
constexpr std::size_t maxSecretSize = 4'096;
constexpr std::size_t maxFileSize = 64UL << 10U;

/// It goes into a header or a query, which a control character would end.
bool isOneLine(const std::string& text) {
    return std::none_of(text.begin(), text.end(), [](unsigned char c) { return c < 0x20 || c == 0x7F; });
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

Result<std::string> readSecretFile(const std::string& name) {
    const auto content = base::readFile(name, {maxFileSize, base::Access::onlyOursRead});
    if (!content) {
        return content.error();
    }
    const std::string text(base::trimmed(*content));
    if (text.empty() || text.size() > maxSecretSize || !isOneLine(text)) {
        return Error(Code::invalid, name + ": expected one line with the secret");
    }
    return text;
}

Result<void> resolveToken(const Settings& settings, const std::string& rawValue) {
    if (rawValue.empty()) {
        return {};
    }
    if (!rawValue.starts_with(referenceStart) || rawValue.find('}') != rawValue.size() - 1) {
        return Error(Code::denied,
                     "server.token takes a reference such as ${system.env.AIP_TOKEN}; a key itself "
                     "belongs into a file that server.token_file names");
    }
    forgetVariable(rawValue.substr(referenceStart.size(), rawValue.size() - referenceStart.size() - 1));
    return isOneLine(settings.session.endpoint.token) ? Result<void>()
                                                      : Error(Code::invalid, "server.token: expected one line");
}

}  // namespace aip::app
