#pragma once

#include "base/error.h"

#include <compare>
#include <string>
#include <string_view>

namespace aip::execution {

/// Tools, by namespace and name: "Files::read_text", "Files::read*", "Files" (all of this namespace, as in the list of
/// a profile), "Files*", "*::read", "*" (all). A * stands at the end of a part only. Letters count as they are.
class ToolPattern {
  public:
    /// INVALID, with what is wrong.
    static base::Result<ToolPattern> parse(std::string_view text);

    bool matches(std::string_view nameSpace, std::string_view tool) const;
    /// Whether there are tools of this namespace that match.
    bool mayFitIn(std::string_view nameSpace) const { return _nameSpace.matches(nameSpace); }

    /// The more specific one first, of patterns that match the same tool: by the namespace, then by the name; a whole
    /// part before a beginning, a longer beginning before a shorter one.
    bool isMoreSpecificThan(const ToolPattern& other) const;

    /// "Files::read*", the same for all that mean the same.
    std::string text() const { return _nameSpace.text() + "::" + _tool.text(); }

    bool operator==(const ToolPattern&) const = default;

  private:
    /// A name, or the beginning of names.
    struct Part {
        std::string start;
        bool open = false;  ///< others may follow

        bool matches(std::string_view name) const { return open ? name.starts_with(start) : name == start; }
        std::string text() const { return start + (open ? "*" : ""); }
        std::strong_ordering specificity(const Part& other) const;
        bool operator==(const Part&) const = default;
    };

    static base::Result<Part> parsePart(std::string_view text);

    Part _nameSpace{"", true};
    Part _tool{"", true};
};

}  // namespace aip::execution
