#include "control/request.h"

#include "base/json_object.h"

namespace aip::control {
namespace {

using base::Code;

int statusOf(Code code) {
    switch (code) {
        case Code::invalid:
            return 400;
        case Code::denied:
            return 403;
        case Code::notFound:
            return 404;
        case Code::unsupported:
            return 405;
        case Code::state:
        case Code::cancelled:
            return 409;
        case Code::exhausted:
            return 429;
        case Code::unavailable:
            return 503;
        case Code::deadline:
            return 504;
        default:
            return 500;
    }
}

}  // namespace

Reply failure(const base::Error& why) {
    const auto error =
        base::JsonObject().text("code", base::codeName(why.code())).text("text", base::repairUtf8(why.text())).take();
    return {statusOf(why.code()), base::JsonObject().raw("error", error).take()};
}

Reply done(const base::Result<void>& result) {
    return result ? Reply{200, R"({"done":true})"} : failure(result.error());
}

}  // namespace aip::control
