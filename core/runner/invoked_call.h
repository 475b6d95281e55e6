#pragma once

#include "hosting/call.h"
#include "link/link_messages.h"

#include <memory>
#include <string>

namespace aip::runner {

/// The call that a message asks for. It owns its texts: it may outlive the message.
std::shared_ptr<hosting::Call> callOf(const link::Invoke& invoke, std::string parameters,
                                      hosting::Call::Progress progress);

}  // namespace aip::runner
