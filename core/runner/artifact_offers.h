#pragma once

#include "base/error.h"
#include "hosting/artifact.h"
#include "link/link.h"

#include <condition_variable>
#include <cstdint>
#include <map>
#include <mutex>

namespace aip::runner {

/// Files that a plugin hands over, and what the agent answers. Any thread.
class ArtifactOffers {
  public:
    explicit ArtifactOffers(link::Link& link) : _link(link) {}

    /// Returns the agent's answer. Blocks until it comes.
    base::Result<void> offer(const hosting::Artifact& artifact);
    /// It has come. No effect if nobody waits for it.
    void answer(const link::Answer& answer);

  private:
    struct Question {
        bool answered = false;
        base::Result<void> answer;
    };

    link::Link& _link;
    std::mutex _mutex;
    std::condition_variable _changed;
    std::map<std::uint32_t, Question> _questions;
    std::uint32_t _next = 0;
};

}  // namespace aip::runner
