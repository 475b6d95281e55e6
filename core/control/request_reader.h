#pragma once

#include "base/byte_budget.h"
#include "base/error.h"
#include "http/body_parser.h"

#include <cstddef>
#include <functional>
#include <memory>
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
        refused,  ///< why(): INVALID (cut, or not HTTP), EXHAUSTED (a body longer than `longest`, or too many bytes of
                  ///< large bodies at once), or what `judge` says
        nothing,  ///< the peer has gone without a request
    };
    /// What a head announces, or why it is refused. Called once, when the head is there, with its empty line.
    using Judge = std::function<base::Result<http::AnnouncedBody>(const std::string& head)>;

    /// `budget`: of the bodies of all requests. This one has its share until it is destroyed, also after takeBody().
    RequestReader(Judge judge, std::size_t longest, std::shared_ptr<base::ByteBudget> budget)
        : _judge(std::move(judge)), _longest(longest), _share(std::move(budget)) {}
    RequestReader(RequestReader&&) = delete;

    /// The first bytes of a body are not counted: a short request is read whatever others send.
    static constexpr std::size_t freeBytes = 64UL << 10U;

    Stage take(std::string_view bytes);
    /// The peer sends no more.
    Stage end();

    Stage stage() const { return _stage; }
    const base::Error& why() const { return _why; }
    std::string takeBody() { return std::move(_body); }

  private:
    void takeHead(std::string_view& bytes);
    void takeBody(std::string_view& bytes);
    void begin(const http::AnnouncedBody& announced);
    base::Result<void> keep(std::string_view piece);
    void refuse(base::Error why);

    const Judge _judge;
    const std::size_t _longest;
    base::ByteBudget::Share _share;
    Stage _stage = Stage::head;
    base::Error _why{base::Code::ok, {}};
    std::string _head;
    std::optional<http::BodyParser> _parser;  ///< when the head is there
    std::string _body;
};

}  // namespace aip::control
