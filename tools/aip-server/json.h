#pragma once

#include "base/error.h"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace aip::server {

enum class JsonKind { null, boolean, number, string, array, object };

/// One value of a document as it was written; `text` is the content of a string, unescaped.
struct JsonValue {
    JsonKind kind = JsonKind::null;
    std::string raw = "null";
    std::string text;
};

/// The members of an object by name. If a name is given twice, the last one counts.
using JsonObject = std::map<std::string, JsonValue, std::less<>>;

/// The members of the object that `json` is. The whole text is checked by base::checkJson(), which
/// also refuses numbers outside 64 bits (1e999). Values stay raw text, so a large one is copied once and never becomes
/// objects. Parsed in place if `json` has base::jsonPadding bytes reserved after its end.
base::Result<JsonObject> parseObject(std::string json);

/// The elements of the array that `json` is; otherwise as parseObject.
base::Result<std::vector<JsonValue>> parseArray(std::string json);

/// The string member `name` of every object in the array `json`; nothing where there is none or the element is not an
/// object. Only for text that parseObject or parseArray gave: it is read in place and not checked again.
std::vector<std::optional<std::string>> memberOfEach(const std::string& json, std::string_view name);

/// What the caller of REST and the author of a scenario write: an object of known members, read with errors that name
/// the member. The first error stays; read everything, then ask.
class JsonReader {
  public:
    explicit JsonReader(const JsonObject& object) : _object(object) {}

    /// The member as a string; absent or null is nothing.
    std::optional<std::string> string(std::string_view name);
    /// As string(), and an error if it is absent or empty.
    std::string required(std::string_view name);
    /// The member as a number of seconds above 0; absent is `otherwise`.
    double seconds(std::string_view name, double otherwise);
    /// The raw text of the member if it is of this kind; absent or null is "null".
    std::string raw(std::string_view name, JsonKind kind);
    /// An error for any member that was not asked for.
    void rejectOthers();

    const std::optional<base::Error>& error() const { return _error; }

  private:
    const JsonValue* find(std::string_view name);
    void fail(std::string_view name, std::string_view text);

    const JsonObject& _object;
    std::vector<std::string> _asked;
    std::optional<base::Error> _error;
};

}  // namespace aip::server
