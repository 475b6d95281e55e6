#include "answers.h"
#include "call_news.h"
#include "commands.h"
#include "exit_code.h"
#include "terminal.h"
#include "views.h"

#include <algorithm>

namespace aip::agentctl {
namespace {

constexpr std::string_view clearScreen = "\x1b[H\x1b[2J";

/// The first lines of what fits on the terminal.
std::string firstLines(const std::string& text, std::size_t count) {
    std::size_t end = 0;
    while (count-- > 0 && end < text.size()) {
        end = text.find('\n', end) + 1;
    }
    return text.substr(0, end);
}

void drawCalls(Output& out, Json calls) {
    const auto size = terminalSize();
    const Table table = callsTable(calls);
    out.text(clearScreen);
    out.text(firstLines(table.empty() ? "no calls\n" : table.text(size.width), size.height - 1));
}

/// Prints one list of the stream.
void showCalls(Context& context, CallNews& news, std::string_view line) {
    const auto document = Document::parse(line);
    if (context.json() || !document) {
        context.out.json(line);
    } else if (context.out.terminal()) {
        drawCalls(context.out, document->root());
    } else {
        context.out.text(news.lines(document->root()));
    }
    context.out.flush();
}

base::Result<int> watchCalls(Context& context) {
    CallNews news;
    const auto answer = context.agent.follow({.path = "/v1/watch"}, [&](std::string_view line) {
        showCalls(context, news, line);
        return context.out.good();
    });
    if (!answer) {
        return complain(context, answer.error());
    }
    return answer->good() ? done : complain(context, *answer);
}

}  // namespace

Command watchCommand() {
    return {
        .name = "watch",
        .words = "",
        .summary = "Shows the calls and their progress as they come and go, until it is interrupted.",
        .details = "On a terminal it is a table, otherwise a line for each change, with --json a line for each list.\n",
        .run = watchCalls};
}

}  // namespace aip::agentctl
