#pragma once

#include "base/error.h"

#include <chrono>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace aip::tool {

/// An option of a command. One that takes a value is written --name=value or --name value.
struct Option {
    std::string_view name;   ///< "--from", "-o"
    std::string_view value;  ///< what stands for the value in the help, "FILE"; empty: it takes none
    std::string_view meaning;
};

/// The words after a command.
class Arguments {
  public:
    /// After "--" there are no options. INVALID says which word makes no sense.
    static base::Result<Arguments> parse(std::span<char* const> words, std::span<const Option> options);

    const std::vector<std::string>& words() const { return _words; }
    bool has(std::string_view option) const { return _options.contains(option); }
    /// The value given last, or `otherwise`.
    std::string get(std::string_view option, std::string_view otherwise = {}) const;
    /// All values given.
    std::vector<std::string> all(std::string_view option) const;
    /// A number of at least `least`; `otherwise` if the option is not given.
    base::Result<double> number(std::string_view option, double otherwise, double least) const;

  private:
    std::vector<std::string> _words;
    std::multimap<std::string, std::string, std::less<>> _options;
};

std::chrono::milliseconds milliseconds(double seconds);

}  // namespace aip::tool
