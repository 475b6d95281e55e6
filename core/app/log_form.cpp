#include "app/log_form.h"

#include "base/clock.h"
#include "base/json_text.h"

#include <spdlog/details/log_msg.h>
#include <spdlog/pattern_formatter.h>

#include <array>

namespace aip::app {
namespace {

std::string fieldMember(const base::log::Field& field) {
    const std::string name = ",\"" + std::string(field.name) + "\":";
    if (const auto* number = std::get_if<std::uint64_t>(&field.value)) {
        return name + std::to_string(*number);
    }
    const auto text = std::get<std::string_view>(field.value);
    return text.empty() ? "" : name + base::jsonString(base::repairUtf8(text));
}

/// Makes lines of a head and the payload.
template <typename Head>
class HeadFormatter final : public spdlog::formatter {
  public:
    void format(const spdlog::details::log_msg& message, spdlog::memory_buf_t& line) override {
        const std::string head = Head::of(message);
        line.append(head);
        line.append(message.payload.begin(), message.payload.end());
        line.append(Head::end);
    }
    std::unique_ptr<spdlog::formatter> clone() const override { return std::make_unique<HeadFormatter>(); }
};

/// The names of the audit's fields.
struct JsonHead {
    static constexpr std::string_view end = "}\n";

    static std::string of(const spdlog::details::log_msg& message) {
        static constexpr std::array<std::string_view, 6> names{"trace", "debug", "info", "warn", "error", "error"};
        return R"({"time":")" + base::timestamp(message.time) + R"(","level":")" +
               std::string(names.at(static_cast<std::size_t>(message.level))) + R"(",)";
    }
};

/// sd-daemon(3)
struct JournalHead {
    static constexpr std::string_view end = "\n";

    static std::string of(const spdlog::details::log_msg& message) {
        static constexpr std::array priorities{'7', '7', '6', '4', '3', '3'};
        return {'<', priorities.at(static_cast<std::size_t>(message.level)), '>'};
    }
};

}  // namespace

std::string logPayload(LogFormat format, std::string_view text, base::log::Fields fields) {
    if (format != LogFormat::json) {
        return std::string(text);
    }
    std::string members = "\"text\":" + base::jsonString(base::repairUtf8(text));
    for (const auto& field : fields) {
        members += fieldMember(field);
    }
    return members;
}

std::unique_ptr<spdlog::formatter> logFormatter(LogFormat format, LogTarget target) {
    if (format == LogFormat::json) {
        return std::make_unique<HeadFormatter<JsonHead>>();
    }
    if (format == LogFormat::journal && target == LogTarget::stream) {
        return std::make_unique<HeadFormatter<JournalHead>>();
    }
    return std::make_unique<spdlog::pattern_formatter>("%Y-%m-%dT%H:%M:%S.%e%z %^%-5l%$ %v");
}

}  // namespace aip::app
