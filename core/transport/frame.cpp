#include "transport/frame.h"

#include <cstring>

namespace aip::transport {
namespace {

constexpr unsigned finBit = 0x80;
constexpr unsigned reservedBits = 0x70;
constexpr unsigned opcodeBits = 0x0F;
constexpr unsigned maskBit = 0x80;
constexpr unsigned lengthBits = 0x7F;
constexpr unsigned length16 = 126;
constexpr unsigned length64 = 127;

unsigned at(std::string_view bytes, std::size_t i) {
    return static_cast<unsigned char>(bytes[i]);
}

std::uint64_t bigEndian(std::string_view bytes) {
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        value = value << 8U | at(bytes, i);
    }
    return value;
}

char* putBigEndian(char* out, std::uint64_t value, unsigned bytes) {
    for (unsigned i = bytes; i > 0; --i) {
        *out++ = static_cast<char>(value >> (8 * (i - 1)) & 0xFFU);
    }
    return out;
}

bool isKnown(unsigned opcode) {
    return opcode <= 2 || (opcode >= 8 && opcode <= 10);
}

std::string_view firstBytesViolation(unsigned first, unsigned second) {
    const bool control = isControl(static_cast<Opcode>(first & opcodeBits));
    if ((first & reservedBits) != 0) {
        return "reserved bits are set";
    }
    if (!isKnown(first & opcodeBits)) {
        return "reserved opcode";
    }
    if ((second & maskBit) != 0) {
        return "a server's frame is masked";
    }
    if (control && (first & finBit) == 0) {
        return "fragmented control frame";
    }
    if (control && (second & lengthBits) > maxControlPayload) {
        return "control frame longer than 125 bytes";
    }
    return {};
}

std::string_view lengthViolation(unsigned form, std::uint64_t length) {
    if ((form == length16 && length < length16) || (form == length64 && length <= 0xFFFF)) {
        return "length not in its shortest form";
    }
    return length >> 63U != 0 ? "length above 2^63" : "";
}

/// 32 bytes a turn: enough for the compiler to use vector registers, and no alignment is asked for.
std::size_t maskBlocks(char* out, std::string_view in, std::uint64_t key) {
    std::array<std::uint64_t, 4> block{};
    std::size_t i = 0;
    for (; i + sizeof block <= in.size(); i += sizeof block) {
        std::memcpy(block.data(), in.data() + i, sizeof block);
        block[0] ^= key;
        block[1] ^= key;
        block[2] ^= key;
        block[3] ^= key;
        std::memcpy(out + i, block.data(), sizeof block);
    }
    return i;
}

}  // namespace

void maskCopy(char* out, std::string_view in, MaskKey key, std::size_t phase) {
    std::array<char, 8> repeated{};
    for (std::size_t i = 0; i < repeated.size(); ++i) {
        repeated[i] = key[(phase + i) % key.size()];
    }
    std::uint64_t wide = 0;
    std::memcpy(&wide, repeated.data(), sizeof wide);
    for (std::size_t i = maskBlocks(out, in, wide); i < in.size(); ++i) {
        out[i] = static_cast<char>(in[i] ^ repeated[i % repeated.size()]);
    }
}

std::size_t writeHeader(char* out, bool fin, Opcode opcode, std::uint64_t payload, MaskKey key) {
    char* p = out;
    *p++ = static_cast<char>((fin ? finBit : 0U) | static_cast<unsigned>(opcode));
    if (payload < length16) {
        *p++ = static_cast<char>(maskBit | payload);
    } else if (payload <= 0xFFFF) {
        *p++ = static_cast<char>(maskBit | length16);
        p = putBigEndian(p, payload, 2);
    } else {
        *p++ = static_cast<char>(maskBit | length64);
        p = putBigEndian(p, payload, 8);
    }
    std::memcpy(p, key.data(), key.size());
    return static_cast<std::size_t>(p - out) + key.size();
}

ServerHeader parseServerHeader(std::string_view bytes) {
    if (bytes.size() < 2) {
        return {};
    }
    const unsigned first = at(bytes, 0);
    const unsigned form = at(bytes, 1) & lengthBits;
    if (const auto violation = firstBytesViolation(first, at(bytes, 1)); !violation.empty()) {
        return {.violation = violation};
    }
    const std::size_t lengthBytes = form == length64 ? 8 : form == length16 ? 2 : 0;
    if (bytes.size() < 2 + lengthBytes) {
        return {};
    }
    const std::uint64_t payload = lengthBytes == 0 ? form : bigEndian(bytes.substr(2, lengthBytes));
    return {.size = 2 + lengthBytes,
            .violation = lengthViolation(form, payload),
            .fin = (first & finBit) != 0,
            .opcode = static_cast<Opcode>(first & opcodeBits),
            .payload = payload};
}

}  // namespace aip::transport
