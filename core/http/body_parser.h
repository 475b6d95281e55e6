#pragma once

#include "base/error.h"
#include "http/announced_body.h"

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

namespace aip::http {

/// Takes the body of a request in whatever pieces it comes, and not a byte of what follows it. Only a body that has
/// come as a whole is one: POCO's streams take whatever is wrong with chunks, and the end of a connection, for the end
/// of the body. Pure; not for concurrent use.
class BodyParser {
  public:
    /// Gets the body piece by piece. An error ends the parsing.
    using Take = std::function<base::Result<void>(std::string_view piece)>;

    BodyParser(const AnnouncedBody& announced, std::size_t longest, Take take);

    /// Takes what belongs to the body off the front of `bytes`. INVALID: it is malformed. EXHAUSTED: it is longer than
    /// `longest`. Else an error of `take`. Not again after an error.
    base::Result<void> parse(std::string_view& bytes);

    bool isWhole() const { return _part == Part::end; }
    /// How many bytes may be read now without one of what follows the body. 0: it is whole.
    std::size_t wanted() const;
    /// The error of a body that ends before it is whole: INVALID.
    base::Error cut() const;

  private:
    enum class Part { data, size, dataEnd, trailer, end };

    base::Result<void> takeData(std::string_view& bytes);
    base::Result<void> takeLine(std::string_view& bytes);
    base::Result<void> ended(std::string_view line);
    base::Result<void> beginChunk(std::string_view line);

    const bool _chunked;
    const std::size_t _longest;
    const Take _take;
    Part _part;
    std::size_t _left;        ///< bytes of the body, or of the chunk
    std::size_t _before = 0;  ///< bytes of the chunks before this one, and of this one
    int _trailerLines = 0;
    std::string _line;  ///< that has begun
};

}  // namespace aip::http
