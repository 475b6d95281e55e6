#include "compare.h"

#include <fmt/format.h>
#include <simdjson.h>

#include <map>
#include <stdexcept>
#include <string>

namespace aip::bench {
namespace {

using Numbers = std::map<std::string, double>;

void collect(const simdjson::dom::element& element, const std::string& place, Numbers& numbers) {
    double number = 0;
    simdjson::dom::object object;
    if (element.get(number) == simdjson::SUCCESS) {
        numbers[place] = number;
    } else if (element.get(object) == simdjson::SUCCESS) {
        for (const auto& [key, value] : object) {
            collect(value, place.empty() ? std::string(key) : place + "." + std::string(key), numbers);
        }
    }
}

Numbers numbersOf(std::string_view json) {
    simdjson::dom::parser parser;
    simdjson::dom::element report;
    if (parser.parse(simdjson::padded_string(json)).get(report) != simdjson::SUCCESS) {
        throw std::runtime_error("an earlier report that is not JSON");
    }
    Numbers numbers;
    collect(report, "", numbers);
    return numbers;
}

}  // namespace

void compareReports(std::string_view old, std::string_view now, std::ostream& out) {
    const Numbers before = numbersOf(old);
    out << fmt::format("{:<44}{:>12}{:>12}{:>8}\n", "", "old", "new", "ratio");
    for (const auto& [place, number] : numbersOf(now)) {
        const auto found = before.find(place);
        const std::string earlier = found == before.end() ? "-" : fmt::format("{:.4g}", found->second);
        const bool comparable = found != before.end() && found->second != 0;
        out << fmt::format("{:<44}{:>12}{:>12.4g}{:>8}\n", place, earlier, number,
                           comparable ? fmt::format("{:.2f}", number / found->second) : "-");
    }
}

}  // namespace aip::bench
