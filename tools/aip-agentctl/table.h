#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace aip::agentctl {

/// Columns for people. Pure.
class Table {
  public:
    explicit Table(std::vector<std::string> heads) : _heads(std::move(heads)) {}

    /// As many cells as there are heads. Whatever is in them is shown().
    void add(const std::vector<std::string>& cells);

    bool empty() const { return _rows.empty(); }

    /// A line for the heads and one for each row, with line breaks. Columns without a single cell are left out.
    /// `width`: characters of a line, of which more are cut; 0: none are.
    std::string text(std::size_t width = 0) const;

  private:
    std::vector<std::string> _heads;
    std::vector<std::vector<std::string>> _rows;
};

/// Characters of valid UTF-8.
std::size_t characters(std::string_view text);
/// The beginning of it.
std::string_view firstCharacters(std::string_view text, std::size_t count);

}  // namespace aip::agentctl
