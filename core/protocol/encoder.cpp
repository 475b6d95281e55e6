#include "protocol/encoder.h"

#include "base/json_text.h"

#include <utility>

namespace aip::protocol {
namespace {

/// A result of at least this size is a piece of its own instead of being copied into the message.
constexpr std::size_t ownPiece = 32U << 10U;

template <typename Text>
OptionalText view(const std::optional<Text>& text) {
    return text ? OptionalText(*text) : std::nullopt;
}

/// Appends to the last piece; starts new ones for large results.
class Writer {
  public:
    Writer() { _pieces.emplace_back().reserve(512); }

    Writer& plain(std::string_view text) {
        _pieces.back() += text;
        return *this;
    }

    Writer& text(OptionalText value) {
        if (!value) {
            return plain("null");
        }
        base::appendJsonString(_pieces.back(), *value);
        return *this;
    }

    Writer& json(std::string value) {
        if (value.size() < ownPiece) {
            return plain(value);
        }
        _pieces.push_back(std::move(value));
        _pieces.emplace_back();
        return *this;
    }

    Pieces take() { return std::move(_pieces); }

  private:
    Pieces _pieces;
};

/// The fields of a message, in the order in which they are written.
struct Fields {
    std::string_view type;
    Status status = Status::ok;
    OptionalText sessionId{};
    OptionalText taskName{};
    OptionalText request{};
    std::vector<ActionResult>* results = nullptr;
    std::string_view now;
    OptionalText requestId{};
    OptionalText prevResponseId{};
    OptionalText error{};
    std::string_view metadataJson = "null";
};

void writeResult(Writer& out, ActionResult& result) {
    out.plain(R"({"status":")").plain(name(result.status));
    out.plain(R"(","error":)").text(view(result.error));
    out.plain(R"(,"result":)").json(std::move(result.result));
    out.plain(R"(,"namespace":)").text(view(result.nameSpace));
    out.plain(R"(,"call_id":)").text(view(result.callId)).plain("}");
}

void writeResults(Writer& out, std::vector<ActionResult>* results) {
    if (results == nullptr) {
        out.plain("null");
        return;
    }
    out.plain("[");
    for (std::size_t i = 0; i < results->size(); ++i) {
        out.plain(i == 0 ? "" : ",");
        writeResult(out, (*results)[i]);
    }
    out.plain("]");
}

Pieces write(std::string_view clientId, const Fields& fields) {
    Writer out;
    out.plain(R"({"type":")").plain(fields.type).plain(R"(","status":")").plain(name(fields.status));
    out.plain(R"(","client_type":"device","session_id":)").text(fields.sessionId);
    out.plain(R"(,"task_name":)").text(fields.taskName);
    out.plain(R"(,"client_id":)").text(clientId).plain(R"(,"target_id":null,"request":)").text(fields.request);
    out.plain(R"(,"action_results":)");
    writeResults(out, fields.results);
    out.plain(R"(,"timestamp":")").plain(fields.now).plain(R"(","request_id":)").text(fields.requestId);
    out.plain(R"(,"prev_response_id":)").text(fields.prevResponseId).plain(R"(,"error":)").text(fields.error);
    out.plain(R"(,"metadata":)").plain(fields.metadataJson).plain("}");
    return out.take();
}

}  // namespace

std::size_t size(const Pieces& pieces) {
    std::size_t total = 0;
    for (const auto& piece : pieces) {
        total += piece.size();
    }
    return total;
}

Pieces Encoder::registration(std::string_view metadataJson, std::string_view now) const {
    return write(_clientId, {.type = "register", .now = now, .metadataJson = metadataJson});
}

Pieces Encoder::heartbeat(std::string_view now) const {
    return write(_clientId, {.type = "heartbeat", .now = now});
}

Pieces Encoder::task(const TaskRequest& task, std::string_view requestId, std::string_view now) const {
    const std::string metadata = R"({"platform":)" + base::jsonString(task.platform) + "}";
    return write(_clientId, {.type = "task",
                             .status = Status::continues,
                             .sessionId = view(task.sessionId),
                             .taskName = task.taskName,
                             .request = view(task.request),
                             .now = now,
                             .requestId = requestId,
                             .metadataJson = metadata});
}

Pieces Encoder::commandResults(const CommandHead& head, std::vector<ActionResult> results, std::string_view requestId,
                               std::string_view now) const {
    return write(_clientId, {.type = "command_results",
                             .status = head.status,
                             .sessionId = view(head.sessionId),
                             .results = &results,
                             .now = now,
                             .requestId = requestId,
                             .prevResponseId = view(head.responseId)});
}

Pieces Encoder::error(std::string_view text, std::string_view now) const {
    return write(_clientId, {.type = "error", .status = Status::error, .now = now, .error = text});
}

Pieces Encoder::deviceInfo(std::string_view systemInfoJson, std::string_view responseId, std::string_view now) const {
    return write(_clientId, {.type = "device_info_response",
                             .now = now,
                             .prevResponseId = responseId.empty() ? std::nullopt : OptionalText(responseId),
                             .metadataJson = systemInfoJson});
}

}  // namespace aip::protocol
