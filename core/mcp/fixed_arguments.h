#pragma once

#include <map>
#include <string>
#include <string_view>

namespace aip::mcp {

/// Arguments that the operator has fixed: the model neither sees nor chooses them. By name, each with its value as
/// JSON.
using FixedArguments = std::map<std::string, std::string, std::less<>>;

/// Of a JSON object, as the operator writes it; empty text: none. Invalid text: none.
FixedArguments fixedArguments(std::string_view json);

/// Those that a tool declares: the properties of its schema, a JSON object.
FixedArguments declaredOf(const FixedArguments& all, std::string_view schema);

/// The schema without these properties, also where it requires them.
std::string withoutProperties(std::string_view schema, const FixedArguments& fixed);

/// The arguments of a call, a JSON object, with these in the place of its own.
std::string merged(std::string_view arguments, const FixedArguments& fixed);

/// `text` with "***" for each of their values that is a string of at least four bytes, as a text and as in JSON.
std::string withoutValues(std::string text, const FixedArguments& fixed);

}  // namespace aip::mcp
