#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace aip::base {

/// The name in `known` that `wrong` was most likely meant to be: the one with the least edit distance (a swap of
/// neighbours counts as one), the first of equals. Nothing if the nearest differs in more than one letter and in more
/// than one of `share` of its letters; 3 is the least. The work is bounded: of very many names the last ones are not
/// compared.
std::optional<std::string> nearestName(std::string_view wrong, const std::vector<std::string>& known,
                                       std::size_t share = 3);

/// False if names of these sizes are too different to be near, or too long to be compared.
bool mayBeNear(std::size_t a, std::size_t b);

/// "; did you mean 'NAME'?", or empty if no name is near. Goes after the text of an error.
std::string didYouMean(std::string_view wrong, const std::vector<std::string>& known);

}  // namespace aip::base
