#include "plugins/kept_tools.h"

#include "base/file.h"
#include "base/json_members.h"
#include "base/output_file.h"
#include "base/sha256.h"
#include "base/uuid.h"
#include "hosting/host.h"

#include <algorithm>
#include <system_error>
#include <utility>
#include <vector>

namespace aip::plugins {
namespace {

using base::Code;
using base::Error;
using base::Result;
using std::filesystem::path;

constexpr std::size_t longestFirstLine = 200;
constexpr std::size_t jsonDepth = 64;
constexpr unsigned onlyOurs = 0600;

/// Without their values.
void keepNames(std::vector<std::string>& pairs, char separator) {
    for (auto& pair : pairs) {
        pair.resize(std::min(pair.size(), pair.find(separator)));
    }
}

std::string namesIn(const std::string& object) {
    std::string names;
    const auto members = base::jsonMembers(object, jsonDepth);
    for (const auto& member : members ? *members : std::vector<base::JsonMember>()) {
        names += member.key + "\n";
    }
    return names;
}

/// What a list of tools depends on.
std::string settingsOf(const admission::Manifest& server) {
    hosting::PluginSpec spec;
    spec.id = server.id;
    auto known = *server.server;
    keepNames(known.environment, '=');
    keepNames(known.headers, ':');
    known.fixedArguments = namesIn(known.fixedArguments);
    known.tls.ca.clear();
    known.tls.certificate.clear();
    known.tls.privateKey.clear();
    known.proxy = {};  // on the way only
    known.timeoutMs = known.maxResultSize = 0;
    spec.code = std::move(known);
    return base::sha256Of(hosting::encode(spec));
}

Result<void> writeNew(const path& file, const std::string& content) {
    auto opened = base::openOutput(file, {onlyOurs, false, base::Links::refuse});
    return opened ? base::writeAll(*opened, content) : std::move(opened).error();
}

}  // namespace

KeptTools::KeptTools(path file, const admission::Manifest& server)
    : _file(std::move(file)), _firstLine("aip-agent tools 1 " + settingsOf(server) + "\n") {}

Result<std::string> KeptTools::read() const {
    const base::FileRule rule{longestFirstLine + hosting::longestToolList, base::Access::onlyOursRead,
                              base::Links::refuse};
    auto content = base::readFile(_file, rule);
    if (content && !content->starts_with(_firstLine)) {
        return Error(Code::state, _file.string() + ": was listed under other settings of the server");
    }
    return content ? Result<std::string>(content->substr(_firstLine.size())) : std::move(content).error();
}

Result<void> KeptTools::write(std::string_view json) const {
    if (const auto kept = read(); kept && *kept == json) {
        return {};
    }
    const path next = _file.string() + "." + base::uuid4();
    std::error_code failed;
    auto written = writeNew(next, _firstLine + std::string(json));
    if (written) {
        std::filesystem::rename(next, _file, failed);
        written = failed ? Error(Code::unavailable, _file.string() + ": " + failed.message()) : Result<void>();
    }
    if (!written) {
        std::filesystem::remove(next, failed);
    }
    return written;
}

}  // namespace aip::plugins
