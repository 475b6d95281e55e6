// aip-bench-floor PORT [honest]: the least that a client of this protocol can do, to measure the agent against. It
// upgrades and registers with canned bytes; answers a COMMAND of the tool noop with one send of canned bytes (a masked
// frame, made beforehand, as long as the agent's answer); bounces any other one: receives the whole message into one
// buffer, masks it in place as RFC 6455 demands of a client, and sends it; makes the text that blob asks for, masks and
// sends it. One thread, blocking calls, nothing parsed but frame headers and the first letter of the tool's name; no
// checks. "honest": it reads each COMMAND and answers what it asks for (honest_floor.h). aip-bench-floor-tls does the
// same over TLS.
#include "floor_wire.h"
#include "honest_floor.h"
#include "transport/frame.h"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

namespace {

using namespace std::literals;
namespace transport = aip::transport;

constexpr transport::MaskKey key{'a', 'i', 'p', '!'};
constexpr std::size_t bufferSize = 64UL << 10U;

constexpr auto upgrade =
    "GET /ws HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==\r\n\r\n"sv;

constexpr auto registration =
    R"({"type":"register","status":"ok","client_type":"device","client_id":"floor","metadata":{"platform":"linux"}})"sv;

constexpr auto resultsHead =
    R"({"type":"command_results","status":"continue","client_type":"device","session_id":"bench","task_name":null,)"
    R"("client_id":"aip-bench","target_id":null,"request":null,"action_results":[)"sv;
constexpr auto result =
    R"({"status":"success","error":null,"result":null,"namespace":"Bench","call_id":"0123456789ab"})"sv;
constexpr auto resultsTail =
    R"(],"timestamp":"2026-01-01T00:00:00.000000+00:00","request_id":"00000000-0000-4000-8000-000000000000",)"
    R"("prev_response_id":"00000000-0000-4000-8000-000000000000","error":null,"metadata":null})"sv;

std::string frame(std::string_view payload) {
    std::string bytes(transport::maxFrameHeader + payload.size(), '\0');
    const std::size_t header = transport::writeHeader(bytes.data(), true, transport::Opcode::text, payload.size(), key);
    transport::maskCopy(bytes.data() + header, payload, key, 0);
    bytes.resize(header + payload.size());
    return bytes;
}

std::string answer(int results) {
    std::string text(resultsHead);
    for (int i = 0; i < results; ++i) {
        text += i == 0 ? "" : ",";
        text += result;
    }
    return frame(text.append(resultsTail));
}

int connected(std::uint16_t port) {
    const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const int on = 1;
    ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
        throw std::runtime_error("cannot connect");
    }
    return socket;
}

class Socket {
  public:
    explicit Socket(std::uint16_t port) : _wire(connected(port)) {}

    /// 0 bytes is the end of the connection, which is how this program ends.
    std::size_t receive(char* out, std::size_t room) const {
        const ssize_t bytes = _wire.read(out, room);
        if (bytes <= 0) {
            std::exit(0);
        }
        return static_cast<std::size_t>(bytes);
    }

    void receiveAll(char* out, std::size_t size) const {
        while (size > 0) {
            const std::size_t bytes = receive(out, size);
            out += bytes;
            size -= bytes;
        }
    }

    void send(const char* bytes, std::size_t size) const {
        while (size > 0) {
            const ssize_t sent = _wire.write(bytes, size);
            if (sent <= 0) {
                std::exit(0);
            }
            bytes += sent;
            size -= static_cast<std::size_t>(sent);
        }
    }

    void send(std::string_view bytes) const { send(bytes.data(), bytes.size()); }

  private:
    aip::bench::FloorWire _wire;
};

/// One message of a length known from the start, after room for the header of the answer.
class Payload {
  public:
    explicit Payload(std::size_t size)
        : _size(size),
          _bytes(
              std::make_unique_for_overwrite<char[]>(transport::maxFrameHeader + size + aip::bench::commandPadding)) {}

    std::size_t size() const { return _size; }
    char* data() { return _bytes.get() + transport::maxFrameHeader; }

    void sendMasked(const Socket& socket) {
        char header[transport::maxFrameHeader];
        const std::size_t length = transport::writeHeader(header, true, transport::Opcode::text, _size, key);
        transport::maskCopy(data(), {data(), _size}, key, 0);
        std::memcpy(data() - length, header, length);
        socket.send(data() - length, length + _size);
    }

  private:
    std::size_t _size;
    std::unique_ptr<char[]> _bytes;
};

class Floor {
  public:
    Floor(std::uint16_t port, bool honest) : _socket(port), _honest(honest) {}

    [[noreturn]] void run() {
        _socket.send(upgrade);
        while (std::string_view(_buffer.get(), _end).find("\r\n\r\n") == std::string_view::npos) {
            fill();
        }
        _end = 0;
        _socket.send(frame(registration));
        while (true) {
            fill();
            while (takeMessage()) {
            }
        }
    }

  private:
    void fill() { _end += _socket.receive(_buffer.get() + _end, bufferSize - _end); }

    /// The message at the front of the buffer, which may hold only the beginning of a large one.
    bool takeMessage() {
        const auto header = transport::parseServerHeader({_buffer.get(), _end});
        if (header.size == 0) {
            return false;
        }
        const std::size_t whole = header.size + header.payload;
        const std::string_view part(_buffer.get() + header.size, std::min(_end, whole) - header.size);
        if (whole > bufferSize) {
            answerLarge(part, header.payload);
            _end = 0;
            return false;
        }
        if (_end < whole) {
            return false;
        }
        reply(part);
        std::memmove(_buffer.get(), _buffer.get() + whole, _end - whole);
        _end -= whole;
        return true;
    }

    void reply(std::string_view message) {
        if (_honest) {
            return _socket.send(_answers.answer(message));
        }
        constexpr auto member = R"("tool_name":")"sv;
        const std::size_t at = message.find(member);
        if (at == std::string_view::npos) {
            return;
        }
        switch (message[at + member.size()]) {
            case 'n':
                return _socket.send(message.size() > 1024 ? _batch : _single);
            case 'b':
                return makeBlob(message);
            default:
                return bounce(message, message.size());
        }
    }

    void answerLarge(std::string_view begun, std::size_t size) {
        if (!_honest) {
            return bounce(begun, size);
        }
        Payload message(size);
        receive(begun, message);
        _socket.send(_answers.answer({message.data(), size}));
    }

    void bounce(std::string_view begun, std::size_t size) {
        Payload payload(size);
        receive(begun, payload);
        payload.sendMasked(_socket);
    }

    void receive(std::string_view begun, Payload& payload) const {
        std::memcpy(payload.data(), begun.data(), begun.size());
        _socket.receiveAll(payload.data() + begun.size(), payload.size() - begun.size());
    }

    void makeBlob(std::string_view message) {
        constexpr auto member = R"("size":)"sv;
        const std::size_t size = std::strtoul(message.data() + message.find(member) + member.size(), nullptr, 10);
        Payload payload(size);
        std::memset(payload.data(), 'x', size);
        payload.sendMasked(_socket);
    }

    Socket _socket;
    const bool _honest;
    aip::bench::HonestFloor _answers;
    const std::string _single = answer(1);
    const std::string _batch = answer(50);
    std::unique_ptr<char[]> _buffer = std::make_unique_for_overwrite<char[]>(bufferSize + aip::bench::commandPadding);
    std::size_t _end = 0;
};

}  // namespace

int main(int argc, char** argv) {
    try {
        if (argc == 2 || (argc == 3 && argv[2] == "honest"sv)) {
            Floor(static_cast<std::uint16_t>(std::strtoul(argv[1], nullptr, 10)), argc == 3).run();
        }
    } catch (const std::exception&) {
        return 1;
    }
    return 64;
}
