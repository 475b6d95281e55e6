#pragma once

#include "tests/support/chaos_plan.h"

#include <random>
#include <string>

namespace aip::tests {

/// Draws faults from everything that the chaos proxy can do.
class RandomPlan {
  public:
    explicit RandomPlan(std::mt19937_64& random) : _random(random) {}

    /// For a connection to come; places mostly within the upgrade and the registration.
    Plan opening();
    /// For a connection that is there.
    Plan strike();

    /// Uniform in [0, below).
    std::size_t below(std::size_t below);

  private:
    Plan plan(std::size_t places);
    Way way(std::size_t places);

    std::mt19937_64& _random;
};

/// In words, for the output of a test.
std::string describe(const Plan& plan);

}  // namespace aip::tests
