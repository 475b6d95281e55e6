#include "roff.h"

#include <algorithm>
#include <cctype>

namespace aip::manual::roff {
namespace {

constexpr std::size_t width = 78;

std::string escapedCharacter(char c) {
    switch (c) {
        case '\\':
            return "\\(rs";
        case '-':
            return "\\-";
        case '\'':
            return "\\(aq";
        case '`':
            return "\\(ga";
        case '^':
            return "\\(ha";
        case '~':
            return "\\(ti";
        case '"':
            return "\\(dq";
        default:
            return {c};
    }
}

/// A line that begins with a dot would be a request; an apostrophe is escaped already.
std::string asLine(const std::string& line) {
    return (line.starts_with('.') ? "\\&" : "") + line + "\n";
}

bool isOfPlaceholder(char c) {
    return std::isupper(static_cast<unsigned char>(c)) != 0 || std::isdigit(static_cast<unsigned char>(c)) != 0 ||
           c == '_';
}

/// How many characters at the start of `text` stand for a value: "FILE", "KEY"; a single letter may, too.
std::size_t placeholder(std::string_view text) {
    std::size_t size = 0;
    while (size < text.size() && isOfPlaceholder(text[size])) {
        ++size;
    }
    return size > 0 && std::isupper(static_cast<unsigned char>(text[0])) != 0 ? size : 0;
}

bool isOfName(char c) {
    return std::islower(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '_' || c == '.';
}

/// "-V"
bool isShortOption(std::string_view text) {
    return text.size() >= 2 && text[0] == '-' && placeholder(text.substr(1)) == 1;
}

std::size_t name(std::string_view text) {
    std::size_t size = isShortOption(text) ? 2 : 0;
    while (size < text.size() && isOfName(text[size])) {
        ++size;
    }
    return text.starts_with('.') ? 0 : size;
}

std::string inFont(char font, std::string_view text) {
    return std::string("\\f") + font + escaped(text) + "\\fR";
}

}  // namespace

std::string escaped(std::string_view text) {
    std::string out;
    for (const char c : text) {
        out += escapedCharacter(c);
    }
    return out;
}

std::string paragraph(std::string_view text) {
    std::string out;
    std::string line;
    while (!text.empty()) {
        const auto end = std::min(text.find(' '), text.size());
        const std::string word = escaped(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
        if (!line.empty() && line.size() + 1 + word.size() > width) {
            out += asLine(line);
            line.clear();
        }
        line += (line.empty() ? "" : " ") + word;
    }
    return line.empty() ? out : out + asLine(line);
}

std::string form(std::string_view text) {
    std::string out;
    while (!text.empty()) {
        std::size_t size = placeholder(text);
        if (size > 0) {
            out += inFont('I', text.substr(0, size));
        } else if ((size = name(text)) > 0) {
            out += inFont('B', text.substr(0, size));
        } else {
            size = 1;
            out += escaped(text.substr(0, size));
        }
        text.remove_prefix(size);
    }
    return out;
}

std::string heading(std::string_view text) {
    return ".SH " + escaped(text) + "\n";
}

std::string subheading(std::string_view text) {
    return ".SS " + escaped(text) + "\n";
}

std::string entry(const std::string& head, std::string_view text) {
    return ".TP\n" + head + "\n" + paragraph(text);
}

}  // namespace aip::manual::roff
