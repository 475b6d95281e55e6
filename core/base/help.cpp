#include "base/help.h"

#include <algorithm>

namespace aip::base {
namespace {

constexpr std::size_t width = 80;
constexpr std::size_t widestForm = 26;  ///< a wider one has its meaning below it

std::string spaces(std::size_t count) {
    return std::string(count, ' ');
}

/// `first` and the words of `text`; each further line begins with `indent` blanks.
std::string wrapped(std::string first, std::string_view text, std::size_t indent) {
    std::string out;
    bool begins = true;  // the line has no word yet
    while (!text.empty()) {
        const auto end = std::min(text.find_first_of(" \n"), text.size());
        const std::string_view word = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        if (word.empty()) {
            continue;
        }
        if (!begins && first.size() + 1 + word.size() > width) {
            out += first + "\n";
            first = spaces(indent);
            begins = true;
        }
        first.append(begins ? "" : " ").append(word);
        begins = false;
    }
    return out + first + "\n";
}

std::size_t columnOf(const std::vector<HelpRow>& rows) {
    std::size_t widest = 0;
    for (const auto& row : rows) {
        widest = row.form.size() > widestForm ? widest : std::max(widest, row.form.size());
    }
    return widest + 4;
}

std::string rowText(const HelpRow& row, std::size_t column) {
    const std::string form = "  " + row.form;
    return form.size() + 2 > column ? form + "\n" + wrapped(spaces(column), row.meaning, column)
                                    : wrapped(form + spaces(column - form.size()), row.meaning, column);
}

std::string section(const char* title, const std::vector<HelpRow>& rows) {
    std::string out = rows.empty() ? "" : std::string("\n") + title + ":\n";
    const auto column = columnOf(rows);
    for (const auto& row : rows) {
        out += rowText(row, column);
    }
    return out;
}

/// Lines that do not begin with a blank are one paragraph.
std::string paragraphs(std::string_view text) {
    std::string out;
    std::string paragraph;
    const auto flush = [&] {
        out += paragraph.empty() ? "" : wrapped("", paragraph, 0);
        paragraph.clear();
    };
    while (!text.empty()) {
        const auto end = std::min(text.find('\n'), text.size());
        const std::string line(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
        if (!line.empty() && line[0] != ' ') {
            paragraph += line + "\n";
            continue;
        }
        flush();
        out += line + "\n";
    }
    flush();
    return out;
}

std::vector<HelpRow> rowsOf(const std::vector<std::pair<int, std::string>>& codes) {
    std::vector<HelpRow> rows;
    for (const auto& [code, meaning] : codes) {
        rows.push_back({std::to_string(code), meaning});
    }
    return rows;
}

}  // namespace

std::string helpText(const Help& help) {
    std::string out;
    for (const auto& usage : help.usage) {
        out += (out.empty() ? "usage: " : "       ") + usage + "\n";
    }
    out += "\n" + wrapped("", help.summary, 0);
    out += help.details.empty() ? "" : "\n" + paragraphs(help.details);
    out += section("Commands", help.commands) + section("Options", help.options) +
           section("Exit codes", rowsOf(help.exitCodes));
    return out + "\n" + wrapped("", help.more, 0);
}

std::string unknownWord(std::string_view word) {
    const char* kind = word.starts_with('-') ? "option" : "command";
    return std::string("unknown ") + kind + " '" + std::string(word.substr(0, word.find_first_of("=:"))) + "'";
}

std::string wrongUsage(std::string_view program, std::string_view text, std::string_view command) {
    std::string call(program);
    call.append(command.empty() ? "" : " ").append(command);
    return std::string(program) + ": " + std::string(text) + "; see " + call + " --help\n";
}

}  // namespace aip::base
