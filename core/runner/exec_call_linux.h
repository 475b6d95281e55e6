#pragma once

#include "base/descriptor.h"
#include "hosting/call.h"
#include "runner/keepers_linux.h"

#include <cstddef>
#include <memory>

namespace aip::runner {

/// One call of a program that is started for it: sdk/PROGRAMS.md, "exec".
class ExecCall {
  public:
    /// `maxResultSize`: bytes; a program that writes more is killed.
    ExecCall(std::shared_ptr<hosting::Call> call, std::size_t maxResultSize, Keepers& keepers);

    /// Starts the program and serves it until it has ended. `launch` has all but descriptors 0 to 3. Blocks.
    hosting::Outcome run(Supervised::Launch launch);

    /// The call has been cancelled: terminates the program, and kills it if it does not end soon. Any thread.
    void wake() const;

  private:
    const std::shared_ptr<hosting::Call> _call;
    const std::size_t _maxResultSize;
    Keepers& _keepers;
    const base::Descriptor _wake;
};

}  // namespace aip::runner
