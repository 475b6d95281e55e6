#pragma once

#include <stdexcept>

namespace aip::shell {

/// A command that will not be run. The text is for who asked for it: what is not allowed, and what is.
class Refused : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
};

}  // namespace aip::shell
