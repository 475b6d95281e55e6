#include "link_rounds.h"

#include <algorithm>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>

namespace aip::bench {
namespace {

using Clock = Contestant::Clock;
using std::chrono::milliseconds;

constexpr int batchSize = 50;
constexpr double bytesPerMib = 1UL << 20U;

/// A process for each call: how many times fewer of them.
constexpr unsigned slowDivisor = 20;

/// A client that has nothing to do has reached its final size by then.
constexpr milliseconds idleTime{500};

}  // namespace

Runner::Runner(const LinkOptions& options, Client client)
    : _contestant(Contestant::make(options, client)),
      _options(options),
      _slow(client == Client::perCall),
      _batch("noop", "{}", batchSize) {
    _figures[Key::start] = _contestant.startMs();
}

unsigned Runner::share(unsigned count) const {
    return std::max(1U, _slow ? count / slowDivisor : count);
}

void Runner::warmUp() {
    for (unsigned i = 0; i < share(100); ++i) {
        device().call(_noop);
    }
    if (!_slow) {
        device().call(_batch);
    }
}

void Runner::measureIdle() {
    std::this_thread::sleep_for(idleTime);
    const TreeMemory memory = _contestant.process().tree().memory();
    _figures[Key::idleRss] = memory.resident;
    _figures[Key::idlePss] = memory.proportional;
    _figures[Key::idlePrivate] = memory.own;
}

/// If the answer is too short the call has failed.
double Runner::callMs(Command& command, std::size_t size) {
    const auto begin = Clock::now();
    const auto answer = device().call(command);
    const double took = millisecondsSince(begin);
    if (answer.size < size) {
        throw std::runtime_error("an answer is too short: " + std::string(answer.head.substr(0, 500)));
    }
    return took;
}

void Runner::singles() {
    const auto before = _contestant.process().tree().processorTime();
    for (unsigned i = 0; i < share(_options.singles / blocks); ++i) {
        _singlesMs.push_back(callMs(_noop, 0));
    }
    _singlesTime += _contestant.process().tree().processorTime() - before;
}

void Runner::paced() {
    for (unsigned i = 0; i < share(_options.paced); ++i) {
        std::this_thread::sleep_for(_options.pace);
        _pacedMs.push_back(callMs(_noop, 0));
    }
}

void Runner::batches() {
    const unsigned count = share(_options.batches);
    const auto begin = Clock::now();
    for (unsigned i = 0; i < count; ++i) {
        device().call(_batch);
    }
    _figures[Key::batchCommands] = count * batchSize * 1000.0 / millisecondsSince(begin);
}

void Runner::transfer(Key key, Command& message, std::size_t size) {
    std::vector<double> rates;
    for (unsigned i = 0; i < _options.echoes; ++i) {
        rates.push_back(static_cast<double>(size) / bytesPerMib * 1000 / callMs(message, size));
    }
    _figures[key] = quantile(std::move(rates), 0.5);
}

void Runner::measurePeak(Command& message, std::size_t size) {
    PeakWatch watch(_contestant.process().id());
    callMs(message, size);
    _figures[Key::peakPayloads] = (watch.mib() - _figures[Key::idlePss]) * bytesPerMib / static_cast<double>(size);
    _figures[Key::peakRss] = _contestant.process().peakResidentMib();
}

Figures Runner::figures() {
    _figures[Key::singleP50] = quantile(_singlesMs, 0.5);
    _figures[Key::singleP99] = quantile(_singlesMs, 0.99);
    _figures[Key::pacedP50] = quantile(_pacedMs, 0.5);
    _figures[Key::pacedP99] = quantile(_pacedMs, 0.99);
    _figures[Key::cpuPerCommand] =
        std::chrono::duration<double, std::micro>(_singlesTime).count() / static_cast<double>(_singlesMs.size());
    return _figures;
}

}  // namespace aip::bench
