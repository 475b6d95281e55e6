#include "aip-plugin/pretty.h"
#include "shown.h"
#include "views.h"

#include <sstream>

namespace aip::agentctl {

std::string valueView(Json value) {
    std::ostringstream out;
    tool::printJson(value.raw(), out);
    return shownLines(out.str());
}

}  // namespace aip::agentctl
