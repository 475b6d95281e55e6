#include "lifecycle/session.h"

#include <utility>

namespace aip::lifecycle {

void Session::send(transport::OutgoingMessage message) {
    _parts.channel.send(std::move(message));
}

void Session::moveFiles() {
    _receiver.checkTime();
    _sender.pump();
}

/// True if the message was a frame of a file. The reference accepts texts in binary frames, so any other is one.
bool Session::handledAsFrame(transport::IncomingMessage& message) {
    if (!message.binary || !hearsUs() || !_receiver.isFrame(message.data)) {
        return false;
    }
    _receiver.frame(std::move(message.data));
    return true;
}

}  // namespace aip::lifecycle
