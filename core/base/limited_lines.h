#pragma once

#include "base/guarded.h"
#include "base/line_limit.h"

#include <string>
#include <string_view>
#include <utility>

namespace aip::base::log {

/// The lines that a stranger makes us write, whichever room writes them: those of the level info and above that come
/// from a thread while a Scope is in force there. Any thread.
class LimitedLines {
  public:
    /// `cause`: "what the server sends makes too many", for LineVerdict::notice().
    LimitedLines(std::string cause, const LineRates& rates) : _cause(std::move(cause)), _limit(rates) {}

    /// From its construction to its destruction the lines of its thread count. The innermost one does.
    class Scope {
      public:
        explicit Scope(LimitedLines& lines);
        ~Scope();
        Scope(const Scope&) = delete;
        Scope& operator=(const Scope&) = delete;

      private:
        LimitedLines* const _outer;
    };

    /// Those of the scope in force on this thread; null if there is none.
    static LimitedLines* current();

    const std::string& cause() const { return _cause; }
    LineVerdict judge(std::string_view line);

  private:
    const std::string _cause;
    Guarded<LineLimit> _limit;
};

}  // namespace aip::base::log
