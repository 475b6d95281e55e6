#pragma once

#include "json.h"

#include <cstdint>
#include <map>
#include <string>

namespace aip::agentctl {

/// Tells what has become of the calls between one list of them and the next. Pure. Not for concurrent use.
class CallNews {
  public:
    /// A line for each call that has come, gone, or says something else of its state or progress.
    std::string lines(Json calls);

  private:
    struct Known {
        std::string what;  ///< tool and who calls it
        std::string says;  ///< state and progress
        std::int64_t age;
    };

    std::map<std::int64_t, Known> _known;
};

}  // namespace aip::agentctl
