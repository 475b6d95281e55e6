#pragma once

#include "base/descriptor.h"
#include "hosting/call.h"
#include "runner/exec_outcome.h"
#include "runner/program_pipe_linux.h"
#include "runner/progress_lines.h"
#include "runner/supervised_linux.h"

#include <array>
#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace aip::runner {

/// The end of what is written to it.
class Tail {
  public:
    static constexpr std::size_t keptErrors = 4UL << 10U;  ///< bytes

    void add(std::string_view bytes) {
        _kept += bytes;
        if (_kept.size() > 2 * keptErrors) {
            _kept.erase(0, _kept.size() - keptErrors);
        }
    }
    std::string text() const { return _kept.size() > keptErrors ? _kept.substr(_kept.size() - keptErrors) : _kept; }

  private:
    std::string _kept;
};

/// The pipes of one running program, and what came through them: the parameters go in, result, errors and progress come
/// out, each within its limit. One thread.
class ExecPipes {
  public:
    ExecPipes(std::shared_ptr<hosting::Call> call, std::size_t maxResultSize)
        : _call(std::move(call)), _maxResultSize(maxResultSize), _left(_call->request().parameters) {}

    /// Makes them, and the descriptors of `launch`. False: no descriptor is left.
    bool open(Supervised::Launch& launch);
    /// The program has its ends.
    void closeTheirs();
    /// Until the program has ended or `wake` is readable or `limit` is over.
    void wait(const base::Descriptor& ended, const base::Descriptor& wake, std::chrono::steady_clock::time_point limit);
    /// What the program has written before its end: nothing holds the other ends any more.
    void readRest();
    /// Which limit it has exceeded; empty: none.
    const std::string& overrun() const { return _overrun; }
    ExecEnd end(int status) && { return {status, std::move(_out), _errors.text(), std::move(_overrun)}; }

  private:
    enum Index : std::size_t { in, out, err, progress, count };

    void write();
    bool read(Index from);
    void take(Index from, std::string_view bytes);
    void takeErrors(std::string_view bytes);

    const std::shared_ptr<hosting::Call> _call;
    const std::size_t _maxResultSize;
    std::string_view _left;  ///< of the parameters
    std::array<ProgramPipe, count> _pipes;
    std::string _out;
    Tail _errors;
    std::size_t _errorBytes = 0;
    ProgressLines _progress;
    std::string _overrun;
};

}  // namespace aip::runner
