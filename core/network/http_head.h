#pragma once

#include "base/ascii.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace aip::network {

/// The head of an HTTP answer. Names of fields are compared without regard to case.
struct HttpHead {
    struct Field {
        std::string name;
        std::string value;  ///< without the blanks around it
    };

    int status = 0;  ///< 100 to 999
    std::vector<Field> fields;

    bool has(std::string_view name) const;

    /// The values of all fields of this name, joined by ", " in their order (RFC 9110, 5.3); empty if there is none.
    std::string value(std::string_view name) const;

    /// The members of that list, empty ones left out.
    std::vector<std::string> list(std::string_view name) const;
};

/// Reads one head from the bytes of a peer, however they are cut. Strict where answers can be read in two ways: each
/// line ends in CR LF, no field is continued on a second line. Pure.
class HttpHeadReader {
  public:
    static constexpr std::size_t maxSize = 64UL << 10U;  ///< bytes, the empty line included

    enum class State { reading, complete, broken };

    /// Takes bytes off the front of `bytes`, up to the end of the head and no further.
    State feed(std::string_view& bytes);

    /// Bytes taken so far.
    std::size_t size() const { return _size; }

    /// Once complete.
    const HttpHead& head() const { return _head; }

    /// Once broken: goes on from "the answer". It holds nothing that the peer said.
    const std::string& flaw() const { return _flaw; }

  private:
    State takeLine();
    State takeStatus(std::string_view line);
    State takeField(std::string_view line);
    State fail(const std::string& flaw);
    State malformed(const std::string& how) { return fail("is malformed HTTP: " + how); }

    HttpHead _head;
    std::string _line;
    std::size_t _size = 0;
    std::string _flaw;
};

}  // namespace aip::network
