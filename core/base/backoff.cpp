#include "base/backoff.h"

#include <algorithm>
#include <cmath>
#include <random>
#include <utility>

namespace aip::base {

Backoff::Backoff(std::chrono::milliseconds base, std::chrono::milliseconds cap, Random random)
    : _base(base), _cap(cap), _random(std::move(random)) {}

std::chrono::milliseconds Backoff::next() {
    const double grown = static_cast<double>(_base.count()) * std::exp2(std::min(_attempt / 2, 40U));
    const double ceiling = std::min(grown, static_cast<double>(_cap.count()));
    ++_attempt;
    return std::chrono::milliseconds(static_cast<std::int64_t>(std::llround(ceiling * _random())));
}

Backoff::Random systemRandom() {
    return [engine = std::mt19937_64(std::random_device{}())]() mutable {
        return std::uniform_real_distribution<double>(0.0, 1.0)(engine);
    };
}

}  // namespace aip::base
