#pragma once

#include "base/error.h"

#include <cstddef>
#include <functional>
#include <set>
#include <string>
#include <vector>

namespace aip::mcp {

/// A server's list of tools, which comes in pages. Pure. The pages are bounded in number, tools and bytes.
class ToolPages {
  public:
    static constexpr std::size_t mostPages = 64;
    static constexpr std::size_t mostTools = 4'096;

    struct Tools {
        std::set<std::string> names;
        std::vector<std::string> tools;               ///< each as the server has written it: JSON
        std::set<std::string, std::less<>> wrapping;  ///< the names of those whose results are wrapped
    };

    /// `longest`: bytes of all tools.
    explicit ToolPages(std::size_t longest) : _longest(longest) {}

    /// Forgets all pages.
    void clear();
    void add(std::string name, std::string json, bool wraps);
    /// The page is over. True: it is the last one; else `next` is the cursor of the next one. EXHAUSTED: there are too
    /// many, or they go round.
    base::Result<bool> endPage(const std::string& next);
    /// When it is complete; then it has no pages.
    Tools take();

  private:
    const std::size_t _longest;
    std::size_t _pages = 0;
    std::size_t _bytes = 0;
    std::set<std::string> _cursors;
    Tools _tools;
};

}  // namespace aip::mcp
