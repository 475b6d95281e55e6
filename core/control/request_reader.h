#pragma once

#include "base/error.h"
#include "http/body_parser.h"

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace aip::control {

/// Takes a request in whatever pieces it comes, head first, and knows when it is there as a whole: POCO's streams wait
/// for the next byte, and take the end of a connection for the end of a head or of a body. Pure; not for concurrent
/// use.
class RequestReader {
  public:
    enum class Stage {
        head,
        body,
        whole,    ///< what comes then is ignored
        refused,  ///< why(): INVALID (cut, or not HTTP), EXHAUSTED (a body longer than `longest`), or what `judge` says
        nothing,  ///< the peer has gone without a request
    };
    /// What a head announces, or why it is refused. Called once, when the head is there, with its empty line.
    using Judge = std::function<base::Result<http::AnnouncedBody>(const std::string& head)>;

    RequestReader(Judge judge, std::size_t longest) : _judge(std::move(judge)), _longest(longest) {}
    RequestReader(RequestReader&&) = delete;

    Stage take(std::string_view bytes);
    /// The peer sends no more.
    Stage end();

    Stage stage() const { return _stage; }
    const base::Error& why() const { return _why; }
    std::string takeBody() { return std::move(_body); }
    /// Bytes that it keeps.
    std::size_t size() const { return _head.size() + _body.size(); }

  private:
    void takeHead(std::string_view& bytes);
    void takeBody(std::string_view& bytes);
    void begin(const http::AnnouncedBody& announced);
    void refuse(base::Error why);

    const Judge _judge;
    const std::size_t _longest;
    Stage _stage = Stage::head;
    base::Error _why{base::Code::ok, {}};
    std::string _head;
    std::optional<http::BodyParser> _parser;  ///< when the head is there
    std::string _body;
};

}  // namespace aip::control
