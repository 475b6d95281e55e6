#pragma once

#include "protocol/messages.h"

#include <cstddef>

namespace aip::lifecycle {

/// The bytes that the results of one COMMAND may still have, so that its answer fits into one message. On a larger
/// message the server drops the connection and then waits for the answer until its timeout. Pure; one thread.
///
/// Room for a failure of every action is set aside at the start, so the end of a batch always fits.
class AnswerBudget {
  public:
    /// Bytes of the answer if every action fails with a short text.
    static std::size_t smallestAnswer(const protocol::ServerMessage& command);

    /// `maxSize`: bytes of the message.
    AnswerBudget(const protocol::ServerMessage& command, std::size_t maxSize);

    /// The result, or a failure with both sizes if there is too little room for it.
    protocol::ActionResult admit(protocol::ActionResult result);

  private:
    const std::size_t _maxSize;
    std::size_t _room;
};

}  // namespace aip::lifecycle
