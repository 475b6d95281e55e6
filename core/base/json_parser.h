#pragma once

#include "base/error.h"
#include "base/json_check.h"

#include <simdjson.h>

#include <cstddef>
#include <string_view>

namespace aip::base {

/// Arrays and objects may be nested this deep.
inline constexpr std::size_t jsonDepthLimit = 256;

/// Parses `json` into `parser`; the element lives as long as the parser and is replaced by its next use. An error says
/// what is wrong with the text: "not valid JSON: ...", or "not readable: ..." of a number that is valid but too large.
Result<simdjson::dom::element> parseJson(simdjson::dom::parser& parser, std::string_view json, Padding padding);

/// The same into `document`, which the element then lives as long as.
Result<simdjson::dom::element> parseJson(simdjson::dom::parser& parser, std::string_view json, Padding padding,
                                         simdjson::dom::document& document);

/// Gives access to the calling thread's own parser, so that small texts cost no allocation. One at a time per thread. A
/// parser that has grown for a large text is freed.
class ThreadParser {
  public:
    ThreadParser();
    ~ThreadParser();
    ThreadParser(const ThreadParser&) = delete;
    ThreadParser& operator=(const ThreadParser&) = delete;

    simdjson::dom::parser& operator*() const;
};

}  // namespace aip::base
