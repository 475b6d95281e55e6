// Messages of a server, and the answers: everything that the decoder accepts can be repeated in a valid message.

#include "base/json_check.h"
#include "base/json_text.h"
#include "protocol/decoder.h"
#include "protocol/encoder.h"
#include "require.h"

#include <string>
#include <utility>

using namespace aip::protocol;

namespace {

void requireJson(const Pieces& pieces) {
    std::string whole;
    for (const auto& piece : pieces) {
        whole += piece;
    }
    require(whole.size() == size(pieces), "the size of the pieces is right");
    require(bool(aip::base::checkJson(whole)), "what is encoded is JSON");
}

void answer(const ServerMessage& message) {
    std::vector<ActionResult> results;
    for (const auto& action : message.actions) {
        require(action.parameters.starts_with('{'), "parameters are an object");
        results.push_back({ResultStatus::success, std::string(action.toolName), "null", owned(action.toolType),
                           owned(action.callId)});
    }
    const Encoder encoder("fuzz-device");
    requireJson(encoder.commandResults({message.status, owned(message.sessionId), owned(message.responseId)},
                                       std::move(results), "id", "now"));
    requireJson(encoder.task(
        {owned(message.userRequest), owned(message.taskName).value_or(""), owned(message.sessionId), "linux"}, "id",
        "now"));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const char* data, std::size_t size) {
    static Decoder decoder;
    const auto decoded = decoder.decode(std::string(data, size));
    if (const auto* fault = std::get_if<DecodeFault>(&decoded)) {
        require(!fault->text.empty(), "a fault says what is wrong");
        require(fault->notUtf8 == !aip::base::isUtf8({data, size}), "a fault says whether it is UTF-8");
        requireJson(Encoder("fuzz-device").error(fault->text, "now"));
        return 0;
    }
    require(aip::base::isUtf8({data, size}), "a message is UTF-8");
    const auto& message = *std::get<ServerMessagePtr>(decoded);
    require(parseServerType(name(message.type)) == message.type, "a type has its name");
    answer(message);
    return 0;
}
