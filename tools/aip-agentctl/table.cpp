#include "table.h"

#include "shown.h"

#include <algorithm>

namespace aip::agentctl {
namespace {

constexpr std::size_t gap = 2;

bool continues(char c) {
    return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U;
}

}  // namespace

std::size_t characters(std::string_view text) {
    return text.size() - static_cast<std::size_t>(std::ranges::count_if(text, continues));
}

std::string_view firstCharacters(std::string_view text, std::size_t count) {
    std::size_t end = 0;
    for (; end < text.size(); ++end) {
        if (!continues(text[end]) && count-- == 0) {
            break;
        }
    }
    return text.substr(0, end);
}

void Table::add(const std::vector<std::string>& cells) {
    std::vector<std::string> row;
    for (const auto& cell : cells) {
        row.push_back(shown(cell));
    }
    row.resize(_heads.size());
    _rows.push_back(std::move(row));
}

std::string Table::text(std::size_t width) const {
    std::vector<std::string> lines(_rows.size() + 1);
    for (std::size_t column = 0; column < _heads.size(); ++column) {
        if (std::ranges::all_of(_rows, [column](const auto& row) { return row[column].empty(); })) {
            continue;
        }
        std::size_t widest = 0;
        for (const auto& line : lines) {
            widest = std::max(widest, line.empty() ? 0 : characters(line) + gap);
        }
        for (std::size_t i = 0; i < lines.size(); ++i) {
            lines[i].append(widest - characters(lines[i]), ' ');
            lines[i] += i == 0 ? _heads[column] : _rows[i - 1][column];
        }
    }
    std::string out;
    for (std::string_view line : lines) {
        line = width == 0 ? line : firstCharacters(line, width);
        out.append(line.substr(0, line.find_last_not_of(' ') + 1)) += '\n';
    }
    return out;
}

}  // namespace aip::agentctl
