#include "audit_records.h"

#include "audit/chain.h"
#include "audit/record.h"

#include <benchmark/benchmark.h>

#include <memory>
#include <string>

namespace aip::bench {
namespace {

const audit::ToolFacts echo{"action::echo", "Bench", "aip.bench.echo", "1.0.0", std::string(64, 'a'), {}};

void recordBoth(benchmark::State& state) {
    const audit::Asked asked{.door = "server",
                             .peer = "wss://agents.example:443",
                             .session = "session-7",
                             .task = "tidy up",
                             .response = "00000000-0000-4000-8000-000000000000",
                             .call = "0123456789ab",
                             .agent = "BenchAgent",
                             .root = "default",
                             .tool = "echo",
                             .parameters = R"({"text":"hello"})"};
    const audit::CallRecord call{
        .texts = audit::CallTexts(asked), .tool = std::make_shared<const audit::ToolFacts>(echo), .decision = {}};
    audit::Chain chain;
    std::string lines;
    std::string room;
    for (auto turn : state) {
        lines.clear();
        chain.seal(lines, room = begunMembers(call, audit::Parameters::cut, std::move(room)));
        chain.seal(lines, room = endedMembers(call, audit::Parameters::cut, std::move(room)));
        benchmark::DoNotOptimize(lines.data());
    }
}

}  // namespace

void addAuditRecords() {
    benchmark::RegisterBenchmark("audit/records", recordBoth);
}

}  // namespace aip::bench
