#pragma once

#include <string>
#include <string_view>

namespace aip::schema {

/// A URI reference in two parts: "http://host/a.json" and the fragment after '#', still percent-encoded.
struct UriReference {
    std::string document;
    std::string fragment;
};

/// `reference` seen from the document `base`, as RFC 3986, 5.2 says. Both may be relative: then so is the result.
UriReference resolveUri(std::string_view base, std::string_view reference);

/// `text` with each %XX replaced by its byte.
std::string percentDecoded(std::string_view text);

}  // namespace aip::schema
