#include "runner/result_file.h"

#include "base/ascii.h"
#include "base/base64.h"
#include "base/json_text.h"

#include <algorithm>
#include <string_view>
#include <utility>

namespace aip::runner {
namespace {

using base::jsonString;
using hosting::Artifact;
using hosting::ArtifactPort;
using hosting::Outcome;

constexpr std::size_t longestStem = 100;  ///< of a file's name
constexpr std::string_view dataMark = "\"data:";
constexpr std::string_view base64Mark = ";base64,";

/// The end of a file's name for a type: "image/svg+xml" -> "svg".
std::string suffixOf(std::string_view mime) {
    const auto slash = mime.find('/');
    std::string_view subtype = mime.substr(slash == std::string_view::npos ? mime.size() : slash + 1);
    const auto* const end = std::find_if_not(subtype.begin(), subtype.end(), base::isLetterOrDigit);
    subtype = subtype.substr(0, static_cast<std::size_t>(end - subtype.begin()));
    return subtype.empty() || subtype.size() > 8 ? "bin" : std::string(subtype);
}

std::string stemOf(std::string_view tool) {
    std::string stem(tool.substr(0, longestStem));
    std::ranges::replace_if(
        stem, [](char c) { return !base::isLetterOrDigit(c) && c != '_' && c != '-'; }, '_');
    return stem;
}

/// Of a JSON string that is a data URL without escapes.
std::optional<ResultFile> dataOf(const std::string& stem, std::string_view json) {
    const auto mark = json.find(base64Mark);
    if (!json.starts_with(dataMark) || !json.ends_with('"') || mark == std::string_view::npos) {
        return std::nullopt;
    }
    const auto mime = json.substr(dataMark.size(), mark - dataMark.size());
    const auto from = mark + base64Mark.size();
    auto content = base::fromBase64(json.substr(from, json.size() - 1 - from));
    const bool plain = std::ranges::all_of(mime, [](char c) { return c > ' ' && c < '\x7f' && c != '"' && c != '\\'; });
    if (!content || !plain) {
        return std::nullopt;
    }
    return ResultFile{stem + "." + suffixOf(mime), std::string(mime), *std::move(content)};
}

base::Result<void> handOver(const hosting::Call& call, const ResultFile& file, const ArtifactPort& port) {
    auto artifact = hosting::spoolArtifact(file.content);
    if (!artifact) {
        return artifact.error();
    }
    artifact->name = file.name;
    artifact->mimeType = file.mimeType;
    artifact->callId = call.request().id;
    auto fits = hosting::checkArtifact(*artifact, port.maxSize);
    return fits ? port.hand(*std::move(artifact)) : fits;
}

}  // namespace

ResultFile fileOf(const std::string& tool, std::string json) {
    const std::string stem = stemOf(tool);
    auto data = dataOf(stem, json);
    return data ? *std::move(data) : ResultFile{stem + ".json", "application/json", std::move(json)};
}

Outcome asFile(const hosting::Call& call, std::string json, Outcome tooLarge, const std::optional<ArtifactPort>& port) {
    if (!port || call.cancelled()) {
        return tooLarge;
    }
    const ResultFile file = fileOf(std::string(call.request().tool), std::move(json));
    if (const auto handed = handOver(call, file, *port); !handed) {
        return handed.error().code() == base::Code::unsupported
                   ? tooLarge
                   : Outcome::failure(tooLarge.code, tooLarge.error + "; as a file: " + handed.error().text());
    }
    return Outcome::success(R"({"file":)" + jsonString(file.name) + R"(,"mime_type":)" + jsonString(file.mimeType) +
                            R"(,"size":)" + std::to_string(file.content.size()) + R"(,"note":)" +
                            jsonString(tooLarge.error + ": it was sent as this file") + "}");
}

}  // namespace aip::runner
