#include "hosting/artifact_bridge.h"

#include "base/json_text.h"
#include "hosting/abi_text.h"
#include "hosting/call_bridge.h"

#include <algorithm>
#include <exception>
#include <utility>

namespace aip::hosting {
namespace {

using base::Code;
using base::Error;
using base::Result;

constexpr std::size_t longestName = 255;
constexpr std::size_t longestType = 127;

bool isControl(char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
}

Result<void> checkName(std::string_view name) {
    if (name.empty() || name.size() > longestName || name == "." || name == ".." || !base::isUtf8(name) ||
        name.find('/') != std::string_view::npos || std::any_of(name.begin(), name.end(), isControl)) {
        return Error(Code::invalid, "its name is not a file name of up to " + std::to_string(longestName) + " bytes");
    }
    return {};
}

Result<void> checkType(std::string_view type) {
    const auto visible = [](char c) { return c > 0x20 && c < 0x7F; };
    if (type.size() > longestType || !std::all_of(type.begin(), type.end(), visible)) {
        return Error(Code::invalid, "its type is not a MIME type of up to " + std::to_string(longestType) + " bytes");
    }
    return {};
}

Result<void> checkSize(std::uint64_t size, std::uint64_t limit) {
    if (size > limit) {
        return Error(Code::exhausted, "it has " + std::to_string(size) + " bytes, the limit is " +
                                          std::to_string(limit) + " (transfer.max_file_size)");
    }
    return {};
}

const ArtifactBridge& bridge(const aip_artifacts* table) {
    return *static_cast<const ArtifactBridge*>(table->context);
}

/// The call, if files may be sent: it is neither finished nor cancelled, and its caller takes them.
Result<std::shared_ptr<Call>> running(const aip_call* table) {
    auto call = table == nullptr ? nullptr : CallBridge::of(table).call();
    if (!call || call->finished()) {
        return Error(Code::state, "its call is over");
    }
    if (call->cancelled()) {
        return Error(Code::cancelled, "its call is cancelled");
    }
    if (!call->request().caller.takesFiles) {
        return Error(Code::unsupported, "who called the tool takes no files");
    }
    return call;
}

}  // namespace

Result<void> checkArtifact(const Artifact& artifact, std::uint64_t maxSize) {
    for (const auto& checked :
         {checkName(artifact.name), checkType(artifact.mimeType), checkSize(artifact.size, maxSize)}) {
        if (!checked) {
            return checked;
        }
    }
    return {};
}

ArtifactBridge::ArtifactBridge(ArtifactPort port, std::function<void(const std::string&)> report)
    : _table{AIP_END_OF(aip_artifacts, send_bytes), 0, this, &sendFile, &sendBytes},
      _port(std::move(port)),
      _report(std::move(report)) {}

aip_status ArtifactBridge::sendFile(const aip_artifacts* table, const aip_call* call, const aip_artifact* what,
                                    aip_text path) {
    return bridge(table).send(call, what, [path] { return openArtifact(std::string(view(path))); });
}

aip_status ArtifactBridge::sendBytes(const aip_artifacts* table, const aip_call* call, const aip_artifact* what,
                                     aip_text bytes) {
    return bridge(table).send(call, what, [&]() -> Result<Artifact> {
        if (auto fits = checkSize(bytes.size, bridge(table)._port.maxSize); !fits) {
            return fits.error();
        }
        return spoolArtifact(view(bytes));
    });
}

template <typename Make>
aip_status ArtifactBridge::send(const aip_call* call, const aip_artifact* what, Make make) const {
    try {
        const bool whole = what != nullptr && what->struct_size >= AIP_END_OF(aip_artifact, mime_type);
        const Result<void> done = whole ? pass(call, *what, running(call) ? make() : running(call).error())
                                        : Error(Code::invalid, "the description is incomplete");
        if (!done) {
            _report("a file is not sent: " + done.error().text());
        }
        return done ? AIP_OK : static_cast<aip_status>(done.error().code());
    } catch (const std::exception& problem) {
        _report(std::string("a file is not sent: ") + problem.what());
        return AIP_INTERNAL;
    }
}

Result<void> ArtifactBridge::pass(const aip_call* call, const aip_artifact& what, Result<Artifact> made) const {
    if (!made) {
        return made.error();
    }
    const auto owner = running(call);
    if (!owner) {
        return owner.error();
    }
    if (const std::string_view name = view(what.name); !name.empty()) {
        made->name = name;
    }
    made->mimeType = view(what.mime_type);
    made->sessionId = (*owner)->request().caller.session;
    made->callId = (*owner)->request().id;
    if (auto acceptable = checkArtifact(*made, _port.maxSize); !acceptable) {
        return acceptable;
    }
    return _port.hand(*std::move(made));
}

}  // namespace aip::hosting
