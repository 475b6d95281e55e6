#include "dev/console.h"

#include <iostream>

#include <unistd.h>

namespace aip::tool::dev {

Console::Console(Events& events) : _events(events), _terminal(::isatty(STDIN_FILENO) == 1) {
    _events.watch(STDIN_FILENO, [this](std::string_view piece) {
        _input += piece;
        _ended = piece.empty();
        if (_ended && !_input.empty() && _input.back() != '\n') {
            _input += '\n';
        }
    });
}

Console::~Console() {
    _events.forget(STDIN_FILENO);
}

void Console::say(const std::string& text) {
    std::cout << std::flush;
    std::cerr << (_prompted ? "\r" : "") + text + (text.ends_with('\n') ? "" : "\n") + (_prompted ? "> " : "");
}

void Console::prompt() {
    if (_terminal && !_prompted) {
        std::cerr << "> ";
        _prompted = true;
    }
}

std::optional<std::string> Console::line() {
    const auto end = _input.find('\n');
    if (end == std::string::npos) {
        return std::nullopt;
    }
    _prompted = false;
    std::string line = _input.substr(0, end);
    _input.erase(0, end + 1);
    return line;
}

}  // namespace aip::tool::dev
