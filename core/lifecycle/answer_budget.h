#pragma once

#include "base/byte_budget.h"
#include "protocol/messages.h"

#include <cstddef>
#include <memory>
#include <utility>

namespace aip::lifecycle {

/// The bytes that the results of one COMMAND may still have, so that its answer fits into one message. On a larger
/// message the server drops the connection and then waits for the answer until its timeout. What is kept counts for
/// all COMMANDs together, beyond the first 64 KiB of each, until its share is let go. One thread.
///
/// Room for a failure of every action is set aside at the start, so the end of a batch always fits.
class AnswerBudget {
  public:
    /// Bytes of the answer if every action fails with a short text.
    static std::size_t smallestAnswer(const protocol::ServerMessage& command);

    /// `maxSize`: bytes of the message. `kept`: those of all COMMANDs.
    AnswerBudget(const protocol::ServerMessage& command, std::size_t maxSize, std::shared_ptr<base::ByteBudget> kept);

    /// The result, or a failure with its size if there is too little room for it.
    protocol::ActionResult admit(protocol::ActionResult result);

    /// What is kept counts as long as this is held. Nothing more is admitted.
    std::shared_ptr<const void> takeShare() { return std::move(_kept); }

  private:
    bool keep(std::size_t size);

    const std::size_t _maxSize;
    std::size_t _room;
    std::size_t _admitted = 0;
    std::shared_ptr<base::ByteBudget::Share> _kept;
};

}  // namespace aip::lifecycle
