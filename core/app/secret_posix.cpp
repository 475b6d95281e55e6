#include "app/marked_text.h"
#include "app/secret.h"
#include "base/file.h"
#include "base/json_text.h"
#include "base/printable.h"
#include "base/setting_text.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <string_view>
#include <utility>

#include <unistd.h>

namespace aip::app {
namespace {

using base::Code;
using base::Error;
using base::Result;

constexpr std::string_view referenceStart = "${system.env.";
constexpr std::size_t maxSecretSize = 4'096;
constexpr std::size_t maxFileSize = 64UL << 10U;

/// The unit hands over an empty one (SetCredential=) as long as its file is not there.
std::string cureForCredential(const std::string& name) {
    const char* folder = std::getenv("CREDENTIALS_DIRECTORY");
    const std::filesystem::path file(name);
    if (folder == nullptr || file.parent_path() != std::filesystem::path(folder)) {
        return "";
    }
    const std::string credential = file.filename().string();
    return "; systemd had nothing to hand over: write the secret into the file that LoadCredential=" + credential +
           ": of the unit names (mode 600, of root; as installed: /etc/aip-agent/" + credential +
           "), then: systemctl restart aip-agent";
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
    const auto content = readUnmarked(name, {maxFileSize, base::Access::onlyOursRead});
    if (!content) {
        return content.error();
    }
    if (!base::isUtf8(*content)) {
        return Error(Code::invalid, name + ": holds bytes that are not UTF-8: save it as plain ASCII or UTF-8");
    }
    const std::string text(base::trimmed(*content));
    if (text.empty()) {
        return Error(Code::invalid,
                     name + ": expected one line with the secret, and it is empty" + cureForCredential(name));
    }
    if (text.size() > maxSecretSize || !base::isOneLine(text)) {
        return Error(Code::invalid, name + ": expected one line with the secret");
    }
    return text;
}

Result<void> checkToken(const std::string& token) {
    if (token.find_first_of("\r\n") != std::string::npos) {
        return Error(Code::invalid, "expected one line");
    }
    const auto wrong = std::ranges::find_if(token, [](unsigned char c) { return c <= ' ' || c >= 0x7F; });
    return wrong == token.end()
               ? Result<void>()
               : Error(Code::invalid, "a token is made of visible ASCII characters, without blanks; the one at byte " +
                                          std::to_string(wrong - token.begin() + 1) +
                                          " is something else: write it again, by hand or with printf");
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
    auto checked = checkToken(settings.session.endpoint.token);
    return checked ? checked : std::move(checked).error().within("server.token");
}

}  // namespace aip::app
