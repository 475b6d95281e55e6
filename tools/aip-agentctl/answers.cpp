#include "answers.h"

#include "base/json_object.h"
#include "exit_code.h"
#include "shown.h"

#include <iostream>

namespace aip::agentctl {
namespace {

using base::Code;

int exitCodeOf(Code code) {
    switch (code) {
        case Code::unavailable:
            return unavailable;
        case Code::denied:
            return denied;
        case Code::deadline:
            return timeout;
        case Code::notFound:
            return noInput;
        default:
            return failed;
    }
}

void sayOnStandardError(const std::string& text) {
    std::cout << std::flush;
    std::cerr << "aip-agentctl: " << shown(text) << '\n';
}

}  // namespace

std::string whyNot(const Answer& answer) {
    const auto document = Document::parse(answer.body);
    const Json error = document ? document->root()["error"] : Json();
    const std::string text = error["text"].text();
    return text.empty() ? "the agent answers " + std::to_string(answer.status) + ": " + answer.body
                        : error["code"].text() + ": " + text;
}

int complain(Context& context, const base::Error& why) {
    if (context.json()) {
        const auto error =
            base::JsonObject().text("code", codeName(why.code())).text("text", base::repairUtf8(why.text()));
        context.out.json(base::JsonObject().raw("error", base::JsonObject(error).take()).take());
    } else {
        sayOnStandardError(why.text());
    }
    return exitCodeOf(why.code());
}

int complain(Context& context, const Answer& answer) {
    if (context.json()) {
        context.out.json(answer.body);
    } else {
        sayOnStandardError(whyNot(answer));
    }
    return failed;
}

int present(Context& context, const base::Result<Answer>& answer, const View& view, const Verdict& verdict) {
    if (!answer) {
        return complain(context, answer.error());
    }
    if (!answer->good()) {
        return complain(context, *answer);
    }
    const auto document = Document::parse(answer->body);
    if (!document) {
        return complain(context,
                        base::Error(Code::internal, "what the agent says cannot be read: " + document.error().text()));
    }
    if (context.json()) {
        context.out.json(answer->body);
    } else {
        context.out.text(view(document->root()));
    }
    return verdict ? verdict(document->root()) : done;
}

int present(Context& context, const Ask& request, const View& view) {
    return present(context, context.agent.ask(request), view);
}

}  // namespace aip::agentctl
