#pragma once

#include "schema/compile_context.h"
#include "schema/program.h"
#include "schema/value.h"

namespace aip::schema {

/// Reads one schema, an object whose keywords have the right form. Schemas within it become references to nodes.
Node buildNode(const Value& schema, CompileContext& context);

}  // namespace aip::schema
