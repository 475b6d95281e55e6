#pragma once

#include "base/descriptor.h"
#include "base/error.h"
#include "dev/events.h"

#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace aip::tool::dev {

/// A program that runs for us, with everything that it starts in its process group. It ends with this object: SIGTERM
/// to the program, after `patience` SIGKILL, and SIGKILL to what it leaves in its group. If we are killed it gets
/// SIGTERM, too. Standard input is empty.
class Process {
  public:
    struct Program {
        std::vector<std::string> words;
        std::filesystem::path folder;  ///< working directory
        std::chrono::milliseconds patience = std::chrono::seconds(5);
    };

    /// `output` gets what it writes to standard output and standard error. A program that cannot be started says so
    /// there, and ends with 127. Throws std::system_error.
    Process(Events& events, Program program, Events::Take output);
    ~Process();
    Process(const Process&) = delete;
    Process& operator=(const Process&) = delete;

    int id() const { return _id; }
    void signal(int number) const;
    /// Once it has ended: its exit code, 128 and the number of the signal that has killed it.
    std::optional<int> status();

  private:
    void end();

    Events& _events;
    const Program _program;
    base::Descriptor _output;
    int _id = -1;
    std::optional<int> _status;
};

struct Finished {
    int status = 0;
    std::string output;
};

/// Runs a program to its end. CANCELLED if we are asked to stop meanwhile, DEADLINE if it is late: it is ended then.
base::Result<Finished> runProgram(Events& events, Process::Program program, std::chrono::milliseconds limit);

}  // namespace aip::tool::dev
