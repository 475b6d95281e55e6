#pragma once

#include "base/json_text.h"
#include "protocol/decoder.h"

#include <simdjson.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace aip::protocol {

/// Reads fields of one message, which must be read in the order in which they are written. A fault in a field is noted,
/// with its place, and reading goes on; a text that is not JSON, or is beyond a limit of all messages, ends it.
class FieldReader {
  protected:
    FieldReader(ServerMessage& message, simdjson::ondemand::document& document)
        : _message(message), _document(document) {}

    /// Calls `read` with every field; it returns the bit of a known key, or 0. A bit that comes twice is a duplicate.
    template <typename Read>
    void readFields(simdjson::ondemand::object& object, Read read) {
        std::uint32_t seen = 0;
        for (auto field : object) {
            std::string_view key;
            simdjson::ondemand::value value;
            simdjson::error_code error = field.unescaped_key().get(key);
            if (error == simdjson::SUCCESS) {
                error = field.value().get(value);
            }
            if (error != simdjson::SUCCESS) {
                broken(error);
                return;
            }
            const std::string known(key);  // SSO; the parser's memory is reused by the value
            const std::uint32_t bit = read(known, value);
            if (_broken) {
                return;
            }
            if ((seen & bit) != 0) {
                note(known, "this key stands twice");
            }
            seen |= bit;
        }
    }

    /// True if it is a known name; notes a fault otherwise.
    template <typename Enum>
    bool readName(simdjson::ondemand::value& value, std::string_view key,
                  std::optional<Enum> (*parse)(std::string_view), Enum& out) {
        const std::size_t faults = _fault.size();
        const OptionalText written = text(value, key);
        const auto known = parse(written.value_or(""));
        if (known) {
            out = *known;
        } else if (written) {
            note(key, "unknown value " + base::jsonString(base::excerpt(*written, 64)));
        } else if (_fault.size() == faults) {
            note(key, "must not be null");
        }
        return known.has_value();
    }

    /// A text() of at most maxIdSize bytes.
    OptionalText id(simdjson::ondemand::value& value, std::string_view place);
    /// A string or null. The view points into the message where it can, else to an unescaped copy.
    OptionalText text(simdjson::ondemand::value& value, std::string_view place);
    /// The value as text, checked for its nesting.
    std::string_view raw(simdjson::ondemand::value& value, std::string_view place);
    static bool isNull(simdjson::ondemand::value& value);

    void requireField(std::string_view key, bool present);
    void wrongType(simdjson::ondemand::value& value, std::string_view place, std::string_view expected);
    /// Keeps the first limit that the message exceeds.
    void exceeds(std::string_view place, const std::string& sizes);
    /// Keeps the first fault: later ones often follow from it.
    void note(std::string_view key, std::string_view text);
    void broken(simdjson::error_code error);

    ServerMessage& _message;
    simdjson::ondemand::document& _document;
    std::size_t _valuesLeft = maxValues;
    std::string _fault;
    std::string _excess;
    bool _responseIdTooLong = false;
    bool _inAction = false;  ///< fields are those of the message's last action
    bool _broken = false;    ///< nothing more can be read

  private:
    std::string placeOf(std::string_view key) const;
    std::string_view giveUp(std::string_view place, const std::string& fault);
};

}  // namespace aip::protocol
