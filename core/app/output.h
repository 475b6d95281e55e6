#pragma once

#include <string>

namespace aip::app {

/// Writes the error; returns `code`.
int fail(int code, const std::string& text);

/// `code`, or exitOutput if standard output has not taken it all.
int flushed(int code);

/// Writes to standard output; exitOk or exitOutput.
int print(const std::string& text);

}  // namespace aip::app
