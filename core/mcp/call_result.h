#pragma once

#include "base/error.h"

#include <simdjson.h>

#include <string>

/// What the answer to tools/call means. For the sources of this room.
namespace aip::mcp {

/// How a call ended: `text` is its result as JSON if the code is OK, else why it failed; never empty.
struct CallEnd {
    base::Code code = base::Code::ok;
    std::string text;
};

/// The result is the structured content, or its member `result` if the tool `unwraps`; without it, one text is a
/// string, one image or sound a string "data:MIME;base64,...", nothing is null, and anything else is the array of
/// blocks, in which the `data` of images and sounds has that form. isError is a failure with the texts.
CallEnd endOf(simdjson::dom::element result, bool unwraps);

/// For a JSON-RPC error.
CallEnd failureOf(simdjson::dom::element error);

}  // namespace aip::mcp
