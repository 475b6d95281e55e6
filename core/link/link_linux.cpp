#include "base/json_text.h"
#include "base/shortage.h"
#include "link/link.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <iterator>
#include <new>
#include <string_view>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/uio.h>

namespace aip::link {
namespace {

using base::Code;
using base::Error;
using base::Result;

/// No packet has more: none is dropped, and closed, by the system on our thread unless we have no descriptor left.
constexpr std::size_t mostDescriptors = 253;
constexpr int sendBuffer = 4 * static_cast<int>(largestFrame);

/// What a message carries: attached to it, the memory of a Start, that of its payload; -1: not.
using Descriptors = std::array<int, 3>;

/// Control data of one packet: room for its descriptors.
class Ancillary {
  public:
    void attachTo(msghdr& header, const Descriptors& descriptors) {
        std::size_t count = 0;
        auto* control = reinterpret_cast<cmsghdr*>(_bytes.data());
        for (const int descriptor : descriptors) {
            if (descriptor >= 0) {
                std::memcpy(CMSG_DATA(control) + count++ * sizeof descriptor, &descriptor, sizeof descriptor);
            }
        }
        if (count > 0) {
            control->cmsg_level = SOL_SOCKET;
            control->cmsg_type = SCM_RIGHTS;
            control->cmsg_len = CMSG_LEN(count * sizeof(int));
            header.msg_control = control;
            header.msg_controllen = CMSG_SPACE(count * sizeof(int));
        }
    }

    void receiveInto(msghdr& header) {
        header.msg_control = _bytes.data();
        header.msg_controllen = _bytes.size();
    }

  private:
    alignas(cmsghdr) std::array<char, CMSG_SPACE(mostDescriptors * sizeof(int))> _bytes{};
};

/// `found` owns all of them, so that none is left open even if the packet is invalid.
void takeDescriptors(msghdr& header, std::vector<base::Descriptor>& found) {
    for (cmsghdr* control = CMSG_FIRSTHDR(&header); control != nullptr; control = CMSG_NXTHDR(&header, control)) {
        if (control->cmsg_level == SOL_SOCKET && control->cmsg_type == SCM_RIGHTS) {
            const std::size_t count = (control->cmsg_len - CMSG_LEN(0)) / sizeof(int);
            for (std::size_t i = 0; i < count; ++i) {
                int descriptor = -1;
                std::memcpy(&descriptor, CMSG_DATA(control) + i * sizeof descriptor, sizeof descriptor);
                found.emplace_back(descriptor);
            }
        }
    }
}

/// 0, or why it is not sent: an errno.
int transmit(int socket, std::string_view head, std::string_view tail, const Descriptors& descriptors, int flags) {
    std::array<iovec, 2> pieces{{{const_cast<char*>(head.data()), head.size()},  // NOLINT: the system only reads it
                                 {const_cast<char*>(tail.data()), tail.size()}}};
    msghdr header{};
    header.msg_iov = pieces.data();
    header.msg_iovlen = tail.empty() ? 1 : 2;
    Ancillary ancillary;
    ancillary.attachTo(header, descriptors);
    while (::sendmsg(socket, &header, MSG_NOSIGNAL | flags) < 0) {
        if (errno != EINTR) {
            return errno;
        }
    }
    return 0;
}

bool isFull(int error) {
    return error == EAGAIN || error == EWOULDBLOCK;
}

/// A good runner always reads, whatever its plugin does, so only little is ever kept.
constexpr std::size_t mostKept = 1024;

Error closed() {
    return {Code::unavailable, "the other end is closed"};
}

/// Short enough to need none.
Error noMemory() {
    return {Code::exhausted, "no memory left"};
}

Error broken(int error) {
    if (error == EPIPE || error == ECONNRESET || error == ENOTCONN) {
        return closed();
    }
    const bool tooMuch = base::isShortage(error) || error == EMSGSIZE || error == ETOOMANYREFS;
    return {tooMuch ? Code::exhausted : Code::internal, std::string("the connection: ") + std::strerror(error)};
}

/// `whole`: no descriptor was lost on the way.
Result<Link::Received> unpack(std::string_view frame, std::vector<base::Descriptor>& descriptors, bool whole) {
    auto message = decode(frame);
    if (!message) {
        return message.error();
    }
    Link::Received received{*std::move(message)};
    if (!whole) {
        return received;
    }
    const Payload* payload = payloadOf(received.message);
    const bool shares = payload != nullptr && payload->shared() && !areaOf(received.message);
    const std::size_t others = descriptorsOf(received.message);
    if (descriptors.size() != others + static_cast<std::size_t>(shares)) {
        return Error(Code::invalid, "a frame with " + std::to_string(descriptors.size()) + " descriptors");
    }
    if (shares) {
        received.shared = std::move(descriptors.back());
    }
    if (others > 1) {
        received.memory = std::move(descriptors[1]);
    }
    if (others > 0) {
        received.descriptor = std::move(descriptors.front());
    }
    return received;
}

}  // namespace

Result<std::pair<std::unique_ptr<Link>, base::Descriptor>> Link::pair() {
    std::array<int, 2> ends{};
    if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()) != 0) {
        return Error(Code::exhausted, std::string("making a socket: ") + std::strerror(errno));
    }
    base::Descriptor here(ends[0]);
    base::Descriptor there(ends[1]);
    for (const int end : ends) {  // the system may grant less: then more is kept
        ::setsockopt(end, SOL_SOCKET, SO_SNDBUF, &sendBuffer, sizeof sendBuffer);
    }
    auto memory = TextMemory::make();
    if (!memory) {
        return memory.error();
    }
    return std::pair(std::make_unique<Link>(std::move(here), *std::move(memory)), std::move(there));
}

/// Puts a long payload where the other end finds it: in the memory that is returned, which goes with the message, or,
/// if none is returned, in its area.
Result<TextMemory> Link::share(const Message& message, std::string_view text) const {
    const auto area = areaOf(message);
    auto own = text.empty() || area ? Result<TextMemory>(TextMemory()) : TextMemory::make();
    if (!own || text.empty()) {
        return own;
    }
    const auto written = area ? _memory.write(text, area->area) : own->write(text);
    return written ? std::move(own) : written.error();
}

/// What of the memory for the payloads of the runner goes with a message.
int Link::handedOverWith(const Message& message) const {
    return std::holds_alternative<Start>(message) ? _memory.descriptor().get() : -1;
}

Result<void> Link::send(const Message& message, const base::Descriptor& attached) {
    try {
        return sendNow(message, attached);
    } catch (const std::bad_alloc&) {
        return noMemory();
    }
}

Result<void> Link::sendNow(const Message& message, const base::Descriptor& attached) {
    const auto frame = encode(message);
    if (!frame) {
        return frame.error();
    }
    const auto shared = share(message, frame->shared);
    if (!shared) {
        return shared.error();
    }
    const int error = transmit(_socket.get(), frame->head, frame->tail,
                               {attached.get(), handedOverWith(message), shared->descriptor().get()}, 0);
    return error == 0 ? Result<void>() : broken(error);
}

Result<void> Link::post(const Message& message, const base::Descriptor& attached) {
    const auto frame = encode(message);
    if (!frame) {
        return frame.error();
    }
    auto shared = share(message, frame->shared);
    if (!shared) {
        return shared.error();
    }
    const int memory = handedOverWith(message);
    const std::lock_guard lock(_mutex);
    const int error = !_kept.empty() ? EAGAIN
                                     : transmit(_socket.get(), frame->head, frame->tail,
                                                {attached.get(), memory, shared->descriptor().get()}, MSG_DONTWAIT);
    if (!isFull(error)) {
        return error == 0 ? Result<void>() : broken(error);
    }
    base::Descriptor copy = attached.duplicate();
    if (_kept.size() >= mostKept || (attached && !copy)) {
        return Error(Code::exhausted, "the other end does not read, and no more can be kept for it");
    }
    _kept.push_back({frame->head + std::string(frame->tail), std::move(copy), memory, *std::move(shared)});
    _waiting = true;
    return {};
}

Result<void> Link::flush() {
    if (!_waiting) {
        return {};
    }
    const std::lock_guard lock(_mutex);
    while (!_kept.empty()) {
        const Packet& next = _kept.front();
        const int error = transmit(_socket.get(), next.bytes, {},
                                   {next.attached.get(), next.memory, next.shared.descriptor().get()}, MSG_DONTWAIT);
        if (isFull(error)) {
            return {};
        }
        if (error != 0) {
            _kept.clear();
            _waiting = false;
            return broken(error);
        }
        _kept.pop_front();
    }
    _waiting = false;
    return {};
}

Result<std::optional<Link::Received>> Link::receive(base::ByteBuffer& buffer, bool wait) {
    if (holdsTooMuch()) {
        return Error(Code::invalid, "more descriptors that do not belong here than one frame can carry");
    }
    buffer.reserve(largestFrame);
    iovec piece{buffer.data(), largestFrame};
    msghdr header{};
    header.msg_iov = &piece;
    header.msg_iovlen = 1;
    Ancillary ancillary;
    ancillary.receiveInto(header);
    std::vector<base::Descriptor> descriptors;
    descriptors.reserve(mostDescriptors);  // before a message is taken
    // The kernel tells once by ECONNRESET that the other end has left messages of ours unread; its own come after that.
    ssize_t size = 0;
    do {
        size = ::recvmsg(_socket.get(), &header, MSG_CMSG_CLOEXEC | (wait ? 0 : MSG_DONTWAIT));
    } while (size < 0 && (errno == EINTR || errno == ECONNRESET));
    if (size < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
        return std::optional<Received>();
    }
    if (size <= 0) {
        return size == 0 ? closed() : broken(errno);
    }
    takeDescriptors(header, descriptors);
    if ((header.msg_flags & MSG_TRUNC) != 0) {
        return Error(Code::invalid, "a frame that is too long");
    }
    auto received = unpack(std::string_view(buffer.data(), static_cast<std::size_t>(size)), descriptors,
                           (header.msg_flags & MSG_CTRUNC) == 0);
    if (!received) {
        const std::lock_guard lock(_mutex);
        std::ranges::move(descriptors, std::back_inserter(_dismissed));
        return received.error();
    }
    return std::optional<Received>(*std::move(received));
}

bool Link::holdsTooMuch() {
    const std::lock_guard lock(_mutex);
    return _dismissed.size() > mostDescriptors;
}

void Link::dismiss(Received received) {
    const std::lock_guard lock(_mutex);
    for (base::Descriptor* left : {&received.descriptor, &received.memory, &received.shared}) {
        if (*left) {
            _dismissed.push_back(std::move(*left));
        }
    }
}

void Link::setPatience(std::chrono::seconds patience) {
    const timeval limit{patience.count(), 0};
    ::setsockopt(_socket.get(), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
}

Result<std::string> Link::payload(Received& received, std::uint64_t limit) {
    auto copy = copyIfPossible(received, limit);
    const auto area = areaOf(received.message);
    if (area && payloadOf(received.message)->shared()) {
        static_cast<void>(post(*area));  // otherwise its memory is only used again later
    }
    return copy;
}

Result<std::string> Link::copyIfPossible(Received& received, std::uint64_t limit) const {
    try {
        return copyOf(received, limit);
    } catch (const std::bad_alloc&) {
        return noMemory();
    }
}

Result<std::string> Link::copyOf(Received& received, std::uint64_t limit) const {
    const Payload& payload = *payloadOf(received.message);
    if (payload.size > limit) {
        return Error(Code::exhausted,
                     "it has " + std::to_string(payload.size) + " bytes, the limit is " + std::to_string(limit));
    }
    if (const auto area = areaOf(received.message); area && payload.shared()) {
        return _memory.read(payload.size, area->area);
    }
    if (payload.shared() && !received.shared) {
        return Error(Code::exhausted, "no descriptor is left to take it");
    }
    if (payload.shared()) {
        return TextMemory(std::exchange(received.shared, {})).read(payload.size);
    }
    std::string text;
    text.reserve(payload.size + base::jsonPadding);
    text = payload.text;
    return text;
}

}  // namespace aip::link
