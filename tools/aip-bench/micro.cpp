#include "micro.h"

#include "allocations.h"
#include "audit_records.h"
#include "base/clock.h"
#include "base/json_text.h"
#include "command_path.h"
#include "device.h"
#include "protocol/decoder.h"
#include "protocol/encoder.h"
#include "schema/schema.h"
#include "transport/frame.h"

#include <aip/detail/text.hpp>

#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace aip::bench {
namespace {

using benchmark::State;

constexpr std::size_t mib = 1UL << 20U;
constexpr std::string_view now = "2026-01-01T00:00:00.000000+00:00";
constexpr std::string_view uuid = "00000000-0000-4000-8000-000000000000";

/// Counts what happens between its begin() and end().
class AllocationMeter {
  public:
    void begin() { _begin = allocations(); }
    void end() {
        _count += allocations().count - _begin.count;
        _bytes += allocations().bytes - _begin.bytes;
    }
    void report(State& state) const {
        const auto turns = static_cast<double>(state.iterations());
        state.counters["allocations"] = static_cast<double>(_count) / turns;
        state.counters["bytes"] = static_cast<double>(_bytes) / turns;
    }

  private:
    Allocations _begin;
    std::size_t _count = 0;
    std::size_t _bytes = 0;
};

/// A message of the server with every field, in the reference's order.
std::string serverMessage(std::string_view type, std::string_view status) {
    return fmt::format(
        R"({{"type":"{}","status":"{}","user_request":"tidy up","agent_name":null,"process_name":null,)"
        R"("root_name":null,"actions":null,"messages":null,"error":"none","session_id":"bench","task_name":"bench",)"
        R"("timestamp":"{}","response_id":"{}","result":{{"answer":42}}}})",
        type, status, now, uuid);
}

/// The time includes the copy of the message; the allocations are those of the decoder alone.
void decode(State& state, const std::string& text) {
    protocol::Decoder decoder;
    (void)decoder.decode(text);  // from then on it has its buffers
    AllocationMeter meter;
    for (auto turn : state) {
        base::ByteBuffer message;
        message.reserve(text.size() + base::jsonPadding);
        message.append(text);
        meter.begin();
        const auto decoded = decoder.decode(std::move(message));
        meter.end();
        if (!std::holds_alternative<protocol::ServerMessagePtr>(decoded)) {
            state.SkipWithError("not understood");
        }
    }
    meter.report(state);
}

template <typename Encode>
void encode(State& state, Encode make) {
    const protocol::Encoder encoder("aip-bench");
    AllocationMeter meter;
    for (auto turn : state) {
        meter.begin();
        benchmark::DoNotOptimize(make(encoder));
        meter.end();
    }
    meter.report(state);
}

protocol::Pieces encodeResults(const protocol::Encoder& encoder, std::size_t count) {
    const protocol::CommandHead head{protocol::Status::continues, "bench", std::string(uuid)};
    std::vector<protocol::ActionResult> results(
        count, {protocol::ResultStatus::success, std::nullopt, "null", "Bench", "0123456789ab"});
    return encoder.commandResults(head, std::move(results), uuid, now);
}

/// Over 1 MiB of text.
template <typename Work>
void throughput(State& state, Work work) {
    for (auto turn : state) {
        work();
    }
    state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * mib));
}

std::string mixedText() {
    std::string text;
    while (text.size() < mib) {
        text += "Zwölf Boxkämpfer jagen Viktor quer über den großen Sylter Deich. ";
    }
    return text;
}

void addDecoding() {
    for (const auto& [type, status] : {std::pair("task", "continue"),
                                       {"task_end", "completed"},
                                       {"heartbeat", "ok"},
                                       {"error", "error"},
                                       {"device_info_request", "ok"},
                                       {"device_info_response", "ok"}}) {
        benchmark::RegisterBenchmark(fmt::format("decode/{}", type).c_str(), decode, serverMessage(type, status));
    }
    for (const int actions : {1, 50}) {
        benchmark::RegisterBenchmark(fmt::format("decode/command/{}", actions).c_str(), decode,
                                     std::string(Command("echo", R"({"text":"hello"})", actions).next()));
    }
}

template <typename Make>
void addEncode(const char* name, Make make) {
    benchmark::RegisterBenchmark(fmt::format("encode/{}", name).c_str(), encode<Make>, make);
}

void addEncoding() {
    using protocol::Encoder;
    constexpr std::string_view metadata = R"({"platform":"linux"})";
    addEncode("register", [=](const Encoder& e) { return e.registration(metadata, now); });
    addEncode("heartbeat", [](const Encoder& e) { return e.heartbeat(now); });
    addEncode("task", [](const Encoder& e) { return e.task({"tidy up", "evening", "bench", "linux"}, uuid, now); });
    addEncode("command_results/1", [](const Encoder& e) { return encodeResults(e, 1); });
    addEncode("command_results/50", [](const Encoder& e) { return encodeResults(e, 50); });
    addEncode("error", [](const Encoder& e) { return e.error("message not understood", now); });
    addEncode("device_info_response", [=](const Encoder& e) { return e.deviceInfo(metadata, uuid, now); });
    benchmark::RegisterBenchmark("timestamp", [](State& state) {
        for (auto turn : state) {
            benchmark::DoNotOptimize(base::timestamp(base::SystemClock().wallNow()));
        }
    });
}

template <typename Work>
void addThroughput(const char* name, Work work) {
    benchmark::RegisterBenchmark(name, throughput<Work>, work);
}

void addTexts() {
    const std::string clean(mib, 'x');
    const std::string mixed = mixedText();
    addThroughput("mask", [clean, out = std::string(mib, '\0')]() mutable {
        transport::maskCopy(out.data(), clean, {'a', 'b', 'c', 'd'}, 0);
        benchmark::DoNotOptimize(out.data());
    });
    addThroughput("utf8/ascii", [clean] { benchmark::DoNotOptimize(base::isUtf8(clean)); });
    addThroughput("utf8/mixed", [mixed] { benchmark::DoNotOptimize(base::isUtf8(mixed)); });
    addThroughput("escape/agent", [clean] { benchmark::DoNotOptimize(base::jsonString(clean)); });
    addThroughput("escape/sdk", [clean] { benchmark::DoNotOptimize(detail::jsonString(clean)); });
}

constexpr std::string_view toolSchema = R"({"type":"object","properties":{
    "command":{"type":"string","minLength":1,"description":"The program and its arguments."},
    "cwd":{"anyOf":[{"type":"string"},{"type":"null"}],"default":null},
    "timeout":{"type":"integer","minimum":1,"maximum":600,"default":30},
    "environment":{"type":"object","additionalProperties":{"type":"string"}},
    "mode":{"enum":["wait","detach"]}},"required":["command"],"additionalProperties":false})";

/// With a warm parser, on a padded text, as the agent does.
void check(State& state, std::string_view schemaText, std::string json) {
    const auto schema = schema::Schema::compile(schemaText);
    const std::size_t size = json.size();
    json.append(base::jsonPadding, ' ');
    const std::string_view text = std::string_view(json).substr(0, size);
    AllocationMeter meter;
    if (!schema->check(text, base::Padding::present)) {
        state.SkipWithError("refused");
    }
    meter.begin();
    for (auto turn : state) {
        benchmark::DoNotOptimize(schema->check(text, base::Padding::present));
    }
    meter.end();
    state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * size));
    meter.report(state);
}

std::string manyMembers(int count) {
    std::string json = "{";
    for (int i = 0; i < count; ++i) {
        json += (i == 0 ? "\"" : ",\"") + std::to_string(i) + "\":\"x\"";
    }
    return json + "}";
}

void addSchemas() {
    benchmark::RegisterBenchmark("schema/check/command", check, toolSchema, R"({"command":"uname -a"})");
    benchmark::RegisterBenchmark("schema/check/members/32", check, R"({"additionalProperties":{"type":"string"}})",
                                 manyMembers(32));
    benchmark::RegisterBenchmark("schema/check/10MiB", check, toolSchema,
                                 R"({"command":")" + std::string(10 * mib, 'x') + R"("})");
    benchmark::RegisterBenchmark("schema/compile", [](State& state) {
        for (auto turn : state) {
            benchmark::DoNotOptimize(schema::Schema::compile(toolSchema));
        }
    });
}

}  // namespace

void measureParts(const std::string& filter, bool json, bool quick) {
    std::vector<std::string> words{"aip-bench", "--benchmark_filter=" + (filter.empty() ? "." : filter),
                                   "--benchmark_counters_tabular=true"};
    if (json) {
        words.emplace_back("--benchmark_format=json");
    }
    if (quick) {
        words.emplace_back("--benchmark_min_time=0.002");
    }
    std::vector<char*> arguments;
    for (std::string& word : words) {
        arguments.push_back(word.data());
    }
    int count = static_cast<int>(arguments.size());
    addDecoding();
    addEncoding();
    addAuditRecords();
    addCommandPath();
    addTexts();
    addSchemas();
    benchmark::Initialize(&count, arguments.data());
    benchmark::RunSpecifiedBenchmarks();
    benchmark::Shutdown();
}

}  // namespace aip::bench
