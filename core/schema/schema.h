#pragma once

#include "base/error.h"
#include "base/json_check.h"
#include "schema/allowance.h"
#include "schema/budget.h"
#include "schema/keywords.h"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace aip::schema {

struct Program;
class ProgramPool;

struct Options {
    Dialect fallback = Dialect::unnamed;  ///< of a schema without "$schema"
    /// Patterns that no search in linear time finds are left unchecked instead of refused: for values that somebody
    /// else checks again.
    bool leavesPatterns = false;
    std::shared_ptr<ProgramPool> pool{};  ///< bounds what is compiled together with all else in it; null: nothing does
};

/// A JSON Schema of draft 7 or 2020-12, compiled. Immutable and cheap to copy; any thread may check with it.
///
/// Compiling and checking are bounded: see Allowance, and "too expensive to check" below. "format" and "content..." are
/// annotations. References lead to places in the same document only. Stricter than the letter of JSON Schema: a member
/// given twice in one object is an error, because a reader behind the check may take the other one; and so is a whole
/// number of more than 64 bits, which is valid JSON but not supported.
class Schema {
  public:
    /// INVALID: not a schema. UNSUPPORTED: another dialect, another document, a pattern that no search in
    /// linear time finds. EXHAUSTED: more than `allowance`, oneSchema or the pool has. The text begins with "JSON
    /// Schema: ". What the schema takes is subtracted from `allowance`, also when it fails or the pool has it already.
    /// May take some milliseconds: not for the I/O thread.
    static base::Result<Schema> compile(std::string_view text, Allowance& allowance, Options options = {});

    /// With an allowance of its own.
    static base::Result<Schema> compile(std::string_view text, Options options = {});

    /// Whether `json`, one value, satisfies the schema. The error names the place and what is wrong with it:
    /// "'payload' is a required property", "'surprise' is not a known parameter",
    /// "'size': expected integer, got string", "'timeout': 500 is more than 120". EXHAUSTED, "too expensive to check",
    /// when it takes more steps than 1 million and 512 for each byte of `json`, or than 50 million, which take about
    /// 100 ms: see Budget. CANCELLED soon after `stop` has been set.
    base::Result<void> check(std::string_view json, base::Padding padding = base::Padding::none,
                             StopFlag stop = nullptr) const;

    /// What an author should know: unknown keywords. At most some.
    const std::vector<std::string>& warnings() const;

    /// The patterns that are left unchecked, with the reasons; at most some. Nothing else is, unless the schema says
    /// what must not be (by "not", "if", "oneOf" or "maxContains", or beside such a pattern in "patternProperties"):
    /// then all of it is, because without a pattern it could refuse what satisfies it.
    const std::vector<std::string>& unchecked() const;

  private:
    explicit Schema(std::shared_ptr<const Program> program) : _program(std::move(program)) {}

    std::shared_ptr<const Program> _program;
};

}  // namespace aip::schema
