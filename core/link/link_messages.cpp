#include "link/link_messages.h"

#include "base/packing.h"

#include <cstring>
#include <type_traits>
#include <utility>

namespace aip::link {
namespace {

using base::Code;
using base::Error;

template <typename Given, typename Message>
concept Is = std::is_same_v<std::remove_const_t<Given>, Message>;

// The fields of each message, once for both directions.
void fields(auto& all, Is<Start> auto& message) {
    all(message.version, message.concurrency, message.maxResultSize, message.maxArtifactSize, message.artifacts,
        message.memory, message.cpuSeconds, message.files, message.processes, message.required, message.debuggable,
        message.user, message.group, message.plugin);
}
void fields(auto& all, Is<Invoke> auto& message) {
    all(message.place, message.number, message.kind, message.remainingMs, message.callId, message.tool,
        message.toolType, message.agent, message.root, message.process, message.session, message.task,
        message.taskNumber, message.parameters);
}
void fields(auto& all, Is<Cancel> auto& message) {
    all(message.place, message.number, message.code, message.text);
}
void fields(auto& all, Is<Answer> auto& message) {
    all(message.request, message.code, message.text);
}
void fields(auto& all, Is<Refused> auto& message) {
    all(message.code, message.text);
}
void fields(auto& all, Is<Log> auto& message) {
    all(message.level, message.line);
}
void fields(auto& all, Is<Progress> auto& message) {
    all(message.place, message.number, message.permille, message.text);
}
void fields(auto& all, Is<Finished> auto& message) {
    all(message.place, message.number, message.code, message.text);
}
void fields(auto& all, Is<Offer> auto& message) {
    all(message.request, message.size, message.callId, message.name, message.mimeType);
}
void fields(auto& all, Is<Tools> auto& message) {
    all(message.json);
}
void fields(auto& all, Is<Confined> auto& message) {
    all(message.inForce, message.lacking);
}
void fields(auto& all, Is<Crashed> auto& message) {
    all(message.where);
}
void fields(auto& all, Is<Account> auto& message) {
    all(message.place, message.number, message.json);
}
void fields(auto& all, Is<Taken> auto& message) {
    all(message.area, message.number);
}
template <typename M>
void fields(auto& /*all*/, M& /*message*/) requires std::is_empty_v<M> {}

/// Packs the fields of a message; its payload stays apart.
class Writer {
  public:
    template <typename... Fields>
    void operator()(const Fields&... fields) {
        (put(fields), ...);
    }

    Frame finish() && { return {std::move(_packer.bytes()), _tail, _shared}; }

  private:
    void put(const auto& field) { _packer(field); }
    void put(const Payload& payload) {
        _packer(payload.size);
        (payload.shared() ? _shared : _tail) = payload.text;
    }

    base::Packer _packer;
    std::string_view _tail;
    std::string_view _shared;
};

class Reader {
  public:
    explicit Reader(std::string_view bytes) : _unpacker(bytes) {}

    template <typename... Fields>
    void operator()(Fields&... fields) {
        (unpack(fields), ...);
    }

    bool finished() const { return _unpacker.finished(); }

  private:
    void unpack(auto& field) { _unpacker(field); }
    void unpack(Payload& payload) {
        _unpacker(payload.size);
        if (!payload.shared()) {
            payload.text = _unpacker.bytes(payload.size);
        }
    }

    base::Unpacker _unpacker;
};

constexpr std::size_t headerSize = sizeof(std::uint32_t) + sizeof(std::uint16_t);

/// Tries the types from `Index` on for the one with that index.
template <std::size_t Index = 0>
base::Result<Message> decodeAs(std::size_t index, Reader& reader) {
    if constexpr (Index == std::variant_size_v<Message>) {
        return Error(Code::invalid, "a frame of unknown type " + std::to_string(index));
    } else {
        if (index != Index) {
            return decodeAs<Index + 1>(index, reader);
        }
        std::variant_alternative_t<Index, Message> message;
        fields(reader, message);
        if (!reader.finished()) {
            return Error(Code::invalid, "a frame of type " + std::to_string(index) + " that is not well-formed");
        }
        return Message(std::move(message));
    }
}

}  // namespace

base::Result<Frame> encode(const Message& message) {
    Writer writer;
    writer(std::uint32_t{0}, static_cast<std::uint16_t>(message.index()));
    std::visit([&writer](const auto& known) { fields(writer, known); }, message);
    Frame frame = std::move(writer).finish();
    const std::size_t whole = frame.head.size() + frame.tail.size();
    if (whole > largestFrame) {
        return Error(Code::exhausted, "its names and texts make a frame of " + std::to_string(whole) +
                                          " bytes, the limit is " + std::to_string(largestFrame));
    }
    const auto size = static_cast<std::uint32_t>(whole);
    std::memcpy(frame.head.data(), &size, sizeof size);
    return frame;
}

const Payload* payloadOf(const Message& message) {
    if (const auto* start = std::get_if<Start>(&message)) {
        return &start->plugin;
    }
    if (const auto* invoke = std::get_if<Invoke>(&message)) {
        return &invoke->parameters;
    }
    if (const auto* tools = std::get_if<Tools>(&message)) {
        return &tools->json;
    }
    const auto* result = std::get_if<Finished>(&message);
    return result == nullptr ? nullptr : &result->text;
}

std::size_t descriptorsOf(const Message& message) {
    return std::holds_alternative<Start>(message) ? 2 : std::holds_alternative<Offer>(message) ? 1 : 0;
}

std::optional<Taken> areaOf(const Message& message) {
    if (std::holds_alternative<Tools>(message)) {
        return Taken{areaOfTools, 0};
    }
    const auto* result = std::get_if<Finished>(&message);
    return result == nullptr ? std::nullopt : std::optional(Taken{areaOfResult(result->place), result->number});
}

base::Result<Message> decode(std::string_view frame) {
    std::uint32_t size = 0;
    std::uint16_t type = 0;
    if (frame.size() < headerSize || frame.size() > largestFrame) {
        return Error(Code::invalid, "a frame of " + std::to_string(frame.size()) + " bytes");
    }
    std::memcpy(&size, frame.data(), sizeof size);
    std::memcpy(&type, frame.data() + sizeof size, sizeof type);
    if (size != frame.size()) {
        return Error(Code::invalid, "a frame whose length is not what it says");
    }
    Reader reader(frame.substr(headerSize));
    return decodeAs(type, reader);
}

}  // namespace aip::link
