#include "arguments.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>

namespace aip::tool {
namespace {

base::Error misused(std::string text) {
    return {base::Code::invalid, std::move(text)};
}

bool isOption(std::string_view word) {
    return word.size() > 1 && word.starts_with('-');
}

}  // namespace

base::Result<Arguments> Arguments::parse(std::span<char* const> words, std::span<const Option> options) {
    Arguments out;
    for (std::size_t i = 0; i < words.size(); ++i) {
        const std::string_view word = words[i];
        if (word == "--") {
            out._words.insert(out._words.end(), words.begin() + static_cast<std::ptrdiff_t>(i) + 1, words.end());
            break;
        }
        if (!isOption(word)) {
            out._words.emplace_back(word);
            continue;
        }
        const auto equals = word.find('=');
        const std::string name(word.substr(0, equals));
        const auto option = std::ranges::find(options, name, &Option::name);
        const bool given = equals != std::string_view::npos;
        if (option == options.end() || (option->value.empty() && given)) {
            return misused("unknown option '" + std::string(word) + "'");
        }
        if (!option->value.empty() && !given && i + 1 == words.size()) {
            return misused(name + " needs a value");
        }
        const bool next = !option->value.empty() && !given;
        out._options.emplace(name, next ? std::string(words[++i]) : given ? std::string(word.substr(equals + 1)) : "");
    }
    return out;
}

std::string Arguments::get(std::string_view option, std::string_view otherwise) const {
    const auto last = _options.upper_bound(option);
    return has(option) ? std::prev(last)->second : std::string(otherwise);
}

std::vector<std::string> Arguments::all(std::string_view option) const {
    std::vector<std::string> values;
    const auto [first, last] = _options.equal_range(option);
    std::transform(first, last, std::back_inserter(values), [](const auto& pair) { return pair.second; });
    return values;
}

base::Result<double> Arguments::number(std::string_view option, double otherwise, double least) const {
    if (!has(option)) {
        return otherwise;
    }
    const std::string text = get(option);
    double value = 0;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (problem != std::errc() || end != text.data() + text.size() || !std::isfinite(value) || value < least) {
        std::string limit(32, '\0');
        limit.resize(
            static_cast<std::size_t>(std::to_chars(limit.data(), limit.data() + 32, least).ptr - limit.data()));
        return misused(std::string(option) + "=" + text + ": a number of at least " + limit + " is needed");
    }
    return value;
}

std::chrono::milliseconds milliseconds(double seconds) {
    return std::chrono::milliseconds(std::llround(seconds * 1000));
}

}  // namespace aip::tool
