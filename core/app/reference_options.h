#pragma once

#include <Poco/Util/OptionSet.h>

#include <optional>
#include <string>
#include <vector>

/// The options by which the reference client takes what are settings here, so that its command lines work.
namespace aip::app {

void defineReferenceOptions(Poco::Util::OptionSet& options);

/// The "key=value" definitions that an option stands for; nothing: it is not one of these. The value is taken as it is
/// written, without quotes or references.
std::optional<std::vector<std::string>> referenceOption(const std::string& name, const std::string& value);

}  // namespace aip::app
