#include "runner/http_refusal.h"

#include "base/ascii.h"
#include "base/json_text.h"

#include <algorithm>
#include <iterator>

namespace aip::runner {
namespace {

constexpr std::size_t shownOfAnswer = 200;
constexpr int good = 200;
constexpr int multipleChoices = 300;
constexpr int badRequest = 400;
constexpr int unauthorized = 401;
constexpr int forbidden = 403;
constexpr int unknownThere = 404;
constexpr int noPost = 405;

bool redirects(const http::ResponseHead& head) {
    return head.status >= multipleChoices && head.status < badRequest && !head.location.empty();
}

std::string hintFor(const http::ResponseHead& head) {
    if (redirects(head)) {
        return ": it is at '" + base::readable(head.location, shownOfAnswer) + "', and redirections are not followed";
    }
    if (head.status == unauthorized || head.status == forbidden) {
        return ": what headers_file holds does not let us in";
    }
    return head.status == noPost ? ": the url takes no POST; of the HTTP transports only Streamable HTTP is supported"
                                 : "";
}

}  // namespace

bool isGood(int status) {
    return status >= good && status < multipleChoices;
}

std::string whyRefused(const http::ResponseHead& head, std::string_view body) {
    const std::string why = "the server answers with HTTP " + std::to_string(head.status) + hintFor(head);
    return body.empty() ? why : why + ": " + base::readable(body, shownOfAnswer);
}

bool forgetsSession(int status, std::string_view body) {
    if (status != badRequest) {
        return status == unknownThere;
    }
    const std::string text = base::lowered(body.substr(0, shownOfAnswer));
    return text.find("session") != std::string::npos || text.find("not initialized") != std::string::npos;
}

}  // namespace aip::runner
