#pragma once

#include "base/error.h"
#include "schema/schema.h"

#include <memory>

namespace aip::schema {

struct Program;

/// Compiles the schema that `program.tape` holds. Its errors are those of Schema::compile().
base::Result<void> compileProgram(Program& program, Allowance& allowance, Options options);

}  // namespace aip::schema
