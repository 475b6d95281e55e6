// A server that breaks RFC 6455 or a limit: the device says which with its close code, and comes back.

#include "tests/net/fault_table.h"

#include <gtest/gtest.h>

namespace aip::tests {
namespace {

void smallLimits(DeviceSettings& settings) {
    settings.channel.maxMessageSize = 1000;
    settings.channel.maxFragments = 4;
}

Lines violated(int code) {
    return listening() + ended("listening", "protocolError " + std::to_string(code));
}

Row sent(const char* name, const std::string& bytes, int code) {
    return {name,
            [bytes, code](Scene& scene) {
                scene.registerDevice().sendRaw(bytes + textFrame(command("noop", "behind")));
                EXPECT_EQ(scene.peer().acceptClose(), code);
                EXPECT_EQ(scene.device.executions("behind"), 0);
            },
            violated(code), After::comesBack, smallLimits};
}

/// One byte on its way to the device is changed.
Row corrupted(const char* name, std::size_t place, int code) {
    return {name,
            [place, code](Scene& scene) {
                scene.registerDevice();
                scene.proxy.strike({.toClient = {.corruptAt = place}});
                scene.peer().sendText(command("noop", "behind"));
                EXPECT_EQ(scene.peer().acceptClose(), code);
                EXPECT_EQ(scene.device.executions("behind"), 0);
            },
            violated(code)};
}

std::string fragments(const std::vector<std::string>& parts) {
    std::string bytes;
    for (std::size_t i = 0; i < parts.size(); ++i) {
        const unsigned fin = i + 1 == parts.size() ? 0x80U : 0;
        bytes += serverFrame(static_cast<std::uint8_t>(fin | (i == 0 ? opText : opContinuation)), parts[i]);
    }
    return bytes;
}

std::string withLength(const std::string& length) {
    return "\x81" + length;
}

}  // namespace

std::vector<Row> violatingRows() {
    using namespace std::string_literals;
    return {
        sent("continuationOfNothing", serverFrame(opContinuation, "x"), 1002),
        sent("lastContinuationOfNothing", serverFrame(0x80, "x"), 1002),
        sent("messageInsideAMessage", serverFrame(opText, "a") + textFrame("b"), 1002),
        sent("binaryInsideAText", serverFrame(opText, "a") + serverFrame(0x82, "b"), 1002),
        sent("reservedBit1", serverFrame(0xC1, "x"), 1002),
        sent("reservedBit2", serverFrame(0xA1, "x"), 1002),
        sent("reservedBit3", serverFrame(0x91, "x"), 1002),
        sent("reservedBitOfAPing", serverFrame(0xC9, "x"), 1002),
        sent("reservedDataOpcode3", serverFrame(0x83, "x"), 1002),
        sent("reservedDataOpcode7", serverFrame(0x87, "x"), 1002),
        sent("reservedControlOpcode11", serverFrame(0x8B, "x"), 1002),
        sent("reservedControlOpcode15", serverFrame(0x8F, "x"), 1002),
        sent("masked", "\x81\x81\x01\x02\x03\x04\x05", 1002),
        sent("oversizedPing", serverFrame(0x89, std::string(126, 'x')), 1002),
        sent("oversizedPong", serverFrame(0x8A, std::string(126, 'x')), 1002),
        sent("oversizedClose", serverFrame(0x88, "\x03\xE8" + std::string(124, 'x')), 1002),
        sent("fragmentedPing", serverFrame(opPing, "x"), 1002),
        sent("fragmentedClose", serverFrame(opClose, ""), 1002),
        sent("closeWithHalfACode", serverFrame(0x88, "\x03"), 1002),
        sent("closeCode0", closeFrame(0), 1002),
        sent("closeCode999", closeFrame(999), 1002),
        sent("closeCode1004", closeFrame(1004), 1002),
        sent("closeCode1005", closeFrame(1005), 1002),
        sent("closeCode1006", closeFrame(1006), 1002),
        sent("closeCode1015", closeFrame(1015), 1002),
        sent("closeCode2999", closeFrame(2999), 1002),
        sent("closeCode5000", closeFrame(5000), 1002),
        sent("closeReasonNotUtf8", closeFrame(1000, "\xC0\xAF"), 1007),
        sent("notUtf8", textFrame("\xC0\x80"), 1007),
        sent("surrogate", textFrame("\xED\xA0\x80"), 1007),
        sent("badUtf8OverFragments", fragments({"\xE2\x82", "\x41"}), 1007),
        sent("characterCutByTheEnd", fragments({"a", "\xE2\x82"}), 1007),
        sent("tooLong", textFrame(std::string(1001, 'x')), 1009),
        sent("tooLongInFragments", fragments({std::string(500, 'x'), std::string(501, 'x')}), 1009),
        sent("tooLongByFar", withLength("\x7F\x40\0\0\0\0\0\0\0"s), 1009),
        sent("negativeLength", withLength("\x7F\xFF\0\0\0\0\0\0\0"s), 1002),
        sent("lengthNotInItsShortestForm", withLength("\x7E\0\x05hello"s), 1002),
        sent("tooManyFragments", fragments(std::vector<std::string>(9)), 1009),
        corrupted("corruptedLength", 1, 1002),
        corrupted("corruptedText", 20, 1007),
    };
}

}  // namespace aip::tests
