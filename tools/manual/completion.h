#pragma once

#include "aip-plugin/shell_completion.h"
#include "program.h"

namespace aip::manual {

/// What a shell completes of a program, by its --help.
tool::CompletedProgram completed(const Program& program);

}  // namespace aip::manual
