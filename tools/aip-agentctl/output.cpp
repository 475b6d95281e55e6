#include "output.h"

#include "shown.h"

#include <ostream>

namespace aip::agentctl {

void Output::json(std::string_view json) {
    if (_terminal) {
        _out << shownJson(json) << '\n';
    } else {
        _out << json << '\n';
    }
}

void Output::text(std::string_view text) {
    _out << text;
}

void Output::foreign(std::string_view text) {
    if (_terminal) {
        _out << shownLines(text);
    } else {
        _out << text;
    }
}

void Output::flush() {
    _out.flush();
}

bool Output::good() const {
    return _out.good();
}

}  // namespace aip::agentctl
