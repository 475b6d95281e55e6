#pragma once

#include "schema/value.h"

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace aip::schema {

/// Finds what one step of a JSON Pointer leads to. Objects and arrays are read once, so that many pointers into a large
/// one cost no more than its size.
class StepIndex {
  public:
    /// 0 if it leads nowhere.
    Place find(const Value& container, const std::string& step);

  private:
    Place member(const Value& object, std::string_view name);
    Place item(const Value& array, const std::string& index);

    std::unordered_map<Place, std::unordered_map<std::string_view, Place>> _members;
    std::unordered_map<Place, std::vector<Place>> _items;
};

}  // namespace aip::schema
