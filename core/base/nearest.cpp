#include "base/nearest.h"

#include <algorithm>
#include <cstddef>

namespace aip::base {
namespace {

/// Optimal string alignment distance.
std::size_t distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> beforeLast(b.size() + 1);
    std::vector<std::size_t> last(b.size() + 1);
    std::vector<std::size_t> row(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j) {
        last[j] = j;
    }
    for (std::size_t i = 1; i <= a.size(); ++i) {
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (a[i - 1] == b[j - 1] ? 0U : 1U)});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
                row[j] = std::min(row[j], beforeLast[j - 2] + 1);
            }
        }
        beforeLast.swap(last);
        last.swap(row);
    }
    return last[b.size()];
}

/// A third of the letters, and no more.
constexpr std::size_t largestShare = 3;

std::size_t allowedEdits(std::size_t longer, std::size_t share = largestShare) {
    return std::max<std::size_t>(1, longer / share);
}

/// A longer name is a mistake of another kind, and not worth the time.
constexpr std::size_t longestName = 256;

/// Pairs of letters compared for one answer: a few milliseconds.
constexpr std::size_t mostWork = 1'000'000;

}  // namespace

bool mayBeNear(std::size_t a, std::size_t b) {
    const std::size_t longer = std::max(a, b);
    return longer <= longestName && longer - std::min(a, b) <= allowedEdits(longer);
}

std::optional<std::string> nearestName(std::string_view wrong, const std::vector<std::string>& known,
                                       std::size_t share) {
    std::optional<std::string> nearest;
    std::size_t least = 0;
    std::size_t work = 0;
    for (const std::string& name : known) {
        if (!mayBeNear(wrong.size(), name.size())) {
            continue;
        }
        work += wrong.size() * name.size();
        if (work > mostWork) {
            break;
        }
        const std::size_t edits = distance(wrong, name);
        if (edits <= allowedEdits(std::max(wrong.size(), name.size()), share) && (!nearest || edits < least)) {
            nearest = name;
            least = edits;
        }
    }
    return nearest;
}

std::string didYouMean(std::string_view wrong, const std::vector<std::string>& known) {
    const auto nearest = nearestName(wrong, known);
    return nearest ? "; did you mean '" + *nearest + "'?" : std::string();
}

}  // namespace aip::base
