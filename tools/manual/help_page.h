#pragma once

#include "base/error.h"

#include <string>
#include <string_view>
#include <vector>

namespace aip::manual {

/// One thing of a list in a help: "--config=PATH" and what it means.
struct HelpItem {
    std::string form;
    std::string meaning;

    bool operator==(const HelpItem&) const = default;
};

/// A paragraph, which may introduce a list: "Options:" and the options.
struct HelpBlock {
    std::string text;
    std::vector<HelpItem> items;
};

/// What --help of a program, or of one of its commands, prints, as base::helpText() makes it.
struct HelpPage {
    std::vector<std::string> usage;
    std::vector<HelpBlock> blocks;

    /// INVALID says which line has not the form.
    static base::Result<HelpPage> parse(std::string_view text);

    /// The list that is called so; empty: there is none.
    std::vector<HelpItem> list(std::string_view title) const;
    /// The first paragraph.
    const std::string& summary() const { return blocks.front().text; }
};

}  // namespace aip::manual
