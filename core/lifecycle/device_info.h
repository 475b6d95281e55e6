#pragma once

#include "base/error.h"

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace aip::lifecycle {

/// Builds system_info from what this device knows of itself and from the sections of plugins, which are spliced in as
/// they are written. Of a key that comes twice the first value stays, except that supported_features are joined and
/// custom_metadata is merged by key. Pure.
class DeviceInfo {
  public:
    static constexpr std::size_t maxSectionSize = 256UL << 10U;  ///< bytes
    static constexpr std::size_t maxSectionDepth = 32;

    /// `ipAddress` wins over that of a section, unless it is empty.
    DeviceInfo(std::string_view clientId, std::string_view ipAddress,
               const std::map<std::string, std::string>& customMetadata);

    /// Adds a section, which must be a JSON object within the limits. On an error nothing of it is added.
    base::Result<void> add(std::string_view section);

    /// The keys in the order of the reference, then the others in the order in which they came.
    std::string json() const;

  private:
    /// Members of an object in the order in which they came; of a key that comes twice the first one stays.
    class Members {
      public:
        /// Keys without escapes, values as JSON text.
        using List = std::vector<std::pair<std::string, std::string>>;

        void add(const std::string& key, std::string_view value);
        /// The value of a member; null if there is none. Until the next add().
        std::string* find(const std::string& key);
        const List& list() const { return _list; }

      private:
        List _list;
        std::unordered_map<std::string, std::size_t> _places;  ///< in _list
    };

    void addFeatures(std::string_view array);
    void addCustom(std::string_view text);

    Members _members;
    Members _custom;
};

}  // namespace aip::lifecycle
