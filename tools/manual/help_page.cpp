#include "help_page.h"

#include <algorithm>

namespace aip::manual {
namespace {

using base::Code;
using base::Error;
using base::Result;

constexpr std::string_view usageBegin = "usage: ";

std::string_view trimmed(std::string_view text) {
    const auto first = text.find_first_not_of(' ');
    return first == std::string_view::npos ? std::string_view() : text.substr(first);
}

std::vector<std::string_view> linesOf(std::string_view text) {
    std::vector<std::string_view> lines;
    while (!text.empty()) {
        const auto end = std::min(text.find('\n'), text.size());
        lines.push_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return lines;
}

void append(std::string& text, std::string_view words) {
    text.append(text.empty() || words.empty() ? "" : " ").append(words);
}

/// Builds the blocks line by line.
class BlockReader {
  public:
    Result<void> take(std::string_view line) {
        if (line.empty()) {
            _open = false;
            return {};
        }
        const auto indent = line.find_first_not_of(' ');
        if (indent == 0 && (!_open || !_blocks.back().items.empty())) {
            _blocks.emplace_back();
            _open = true;
        }
        if (!_open) {
            return Error(Code::invalid, "'" + std::string(line) + "' belongs to no paragraph");
        }
        return indent == 0 ? takeText(line) : indent == 2 ? takeItem(line.substr(2)) : takeMore(trimmed(line));
    }

    std::vector<HelpBlock> blocks() && { return std::move(_blocks); }

  private:
    Result<void> takeText(std::string_view line) {
        append(_blocks.back().text, line);
        return {};
    }

    Result<void> takeItem(std::string_view line) {
        const auto end = std::min(line.find("  "), line.size());
        _blocks.back().items.push_back({std::string(line.substr(0, end)), std::string(trimmed(line.substr(end)))});
        return {};
    }

    Result<void> takeMore(std::string_view words) {
        if (_blocks.back().items.empty()) {
            return Error(Code::invalid, "'" + std::string(words) + "' belongs to nothing in a list");
        }
        append(_blocks.back().items.back().meaning, words);
        return {};
    }

    std::vector<HelpBlock> _blocks;
    bool _open = false;
};

}  // namespace

Result<HelpPage> HelpPage::parse(std::string_view text) {
    if (!text.starts_with(usageBegin)) {
        return Error(Code::invalid, "it does not begin with 'usage: '");
    }
    HelpPage page;
    BlockReader reader;
    bool inUsage = true;
    for (const auto line : linesOf(text)) {
        inUsage = inUsage && !line.empty();
        if (inUsage) {
            page.usage.emplace_back(line.substr(std::min(usageBegin.size(), line.size())));
        } else if (auto taken = reader.take(line); !taken) {
            return std::move(taken).error();
        }
    }
    page.blocks = std::move(reader).blocks();
    return page.blocks.empty() ? Result<HelpPage>(Error(Code::invalid, "it says nothing")) : page;
}

std::vector<HelpItem> HelpPage::list(std::string_view title) const {
    const auto block = std::ranges::find(blocks, title, &HelpBlock::text);
    return block == blocks.end() ? std::vector<HelpItem>() : block->items;
}

}  // namespace aip::manual
