#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace aip::app {

/// In full, in bytes.
inline constexpr std::size_t longestKey = 1'024;

/// Names between dots, of characters that mean nothing else in an INI file, in XML or in a reference.
bool isKey(std::string_view key);

/// "'a b' is not a name that a key may have"
std::string notAKey(std::string_view key);

/// The text of one configuration file, taken apart: what it sets, and what in it cannot be understood.
struct ConfigurationDocument {
    struct Entry {
        std::string key;      ///< in full: "server.url"
        std::string written;  ///< the value, as it is written; base::decodeSetting() reads it
        int line;
    };
    struct Fault {
        int line;
        std::string text;
    };

    /// What is read of one document, faulty lines included.
    static constexpr std::size_t mostKeys = 4'096;

    std::vector<Entry> entries;  ///< each key once
    std::vector<Fault> faults;

    /// Adds the entry, or the fault that its key has come before or is not one that a key may have.
    void add(Entry entry);

    /// Nothing more is to be read.
    bool full() const { return entries.size() + faults.size() >= mostKeys; }

  private:
    std::unordered_map<std::string, int> _lines;  ///< of the keys in `entries`
};

}  // namespace aip::app
