#pragma once

#include <set>
#include <string>
#include <string_view>

namespace aip::audit {

/// Which members of a tool's parameters are secrets: those that its schema marks as `writeOnly` or of the format
/// `password`, directly, by way of a reference, or in what is within them. By name, at any depth: rather one too many
/// is hidden. Immutable.
class SecretMembers {
  public:
    SecretMembers() = default;

    /// Of a JSON Schema. If it cannot be read, everything is secret.
    explicit SecretMembers(std::string_view schema);

    bool none() const { return !_all && _names.empty(); }

    /// `json` in one line with "***" for the value of each of these members; empty if it is not valid JSON.
    std::string mask(std::string_view json) const;

  private:
    std::set<std::string, std::less<>> _names;
    bool _all = false;  ///< the parameters as a whole are
};

}  // namespace aip::audit
