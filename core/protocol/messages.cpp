#include "protocol/messages.h"

#include "base/json_text.h"

#include <array>
#include <utility>

namespace aip::protocol {
namespace {

template <typename Enum, std::size_t Count>
using Names = std::array<std::pair<Enum, std::string_view>, Count>;

constexpr Names<Status, 5> statusNames{{{Status::continues, "continue"},
                                        {Status::completed, "completed"},
                                        {Status::failed, "failed"},
                                        {Status::ok, "ok"},
                                        {Status::error, "error"}}};

constexpr Names<ServerType, 10> serverTypeNames{{{ServerType::task, "task"},
                                                 {ServerType::command, "command"},
                                                 {ServerType::taskEnd, "task_end"},
                                                 {ServerType::heartbeat, "heartbeat"},
                                                 {ServerType::error, "error"},
                                                 {ServerType::deviceInfoRequest, "device_info_request"},
                                                 {ServerType::deviceInfoResponse, "device_info_response"},
                                                 {ServerType::binaryData, "binary_data"},
                                                 {ServerType::fileTransferStart, "file_transfer_start"},
                                                 {ServerType::fileTransferComplete, "file_transfer_complete"}}};

constexpr Names<ResultStatus, 4> resultStatusNames{{{ResultStatus::success, "success"},
                                                    {ResultStatus::failure, "failure"},
                                                    {ResultStatus::skipped, "skipped"},
                                                    {ResultStatus::none, "none"}}};

template <typename Enum, std::size_t Count>
std::string_view nameIn(const Names<Enum, Count>& names, Enum value) {
    for (const auto& [known, text] : names) {
        if (known == value) {
            return text;
        }
    }
    return "unknown";
}

template <typename Enum, std::size_t Count>
std::optional<Enum> valueIn(const Names<Enum, Count>& names, std::string_view text) {
    for (const auto& [value, known] : names) {
        if (known == text) {
            return value;
        }
    }
    return std::nullopt;
}

}  // namespace

std::string shown(const OptionalText& id) {
    return base::excerpt(id.value_or("-"), maxIdSize);
}

std::optional<std::string> owned(const OptionalText& text) {
    return text ? std::optional(std::string(*text)) : std::nullopt;
}

std::string_view name(Status status) {
    return nameIn(statusNames, status);
}
std::optional<Status> parseStatus(std::string_view text) {
    return valueIn(statusNames, text);
}
std::string_view name(ServerType type) {
    return nameIn(serverTypeNames, type);
}
std::optional<ServerType> parseServerType(std::string_view text) {
    return valueIn(serverTypeNames, text);
}
std::string_view name(ResultStatus status) {
    return nameIn(resultStatusNames, status);
}

}  // namespace aip::protocol
