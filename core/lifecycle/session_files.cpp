#include "lifecycle/session.h"

#include <utility>

namespace aip::lifecycle {

void Session::send(transport::OutgoingMessage message) {
    _parts.channel.send(std::move(message));
}

void Session::moveFiles() {
    const base::log::LimitedLines::Scope limited(_serverLines);
    _receiver.checkTime();
    _sender.pump();
}

/// The reference accepts text in binary frames, so a frame that belongs to no file is decoded as text.
bool Session::handledAsFrame(transport::IncomingMessage& message) {
    if (!message.binary || !hearsUs() || !_receiver.isFrame(message.data)) {
        return false;
    }
    _receiver.frame(std::move(message.data));
    return true;
}

}  // namespace aip::lifecycle
