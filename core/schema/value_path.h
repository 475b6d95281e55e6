#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace aip::schema {

/// Where in a value something is, to be shown: "options.list[3]". Keeps no more than the start that is shown, so that
/// long names cost nothing.
class ValuePath {
  public:
    bool empty() const { return _size == 0; }

    ValuePath member(std::string_view name) const;
    ValuePath item(std::size_t position) const;

    /// In quotes. The first 80 bytes, and the size of the whole if that is more.
    std::string quoted() const;

  private:
    void append(std::string_view text);

    std::string _start;
    std::size_t _size = 0;  ///< of the whole
};

}  // namespace aip::schema
