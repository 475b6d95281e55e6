#include "schema/equality.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <random>

namespace aip::schema {
namespace {

/// 64 x 64 bits to 128, folded to 64.
std::uint64_t folded(std::uint64_t a, std::uint64_t b) {
    constexpr std::uint64_t low = 0xFFFFFFFFU;
    const std::uint64_t lowLow = (a & low) * (b & low);
    const std::uint64_t lowHigh = (a & low) * (b >> 32U);
    const std::uint64_t highLow = (a >> 32U) * (b & low);
    const std::uint64_t middle = (lowLow >> 32U) + (lowHigh & low) + (highLow & low);
    const std::uint64_t high = (a >> 32U) * (b >> 32U) + (lowHigh >> 32U) + (highLow >> 32U) + (middle >> 32U);
    return high ^ (middle << 32U | (lowLow & low));
}

struct Seeds {
    std::uint64_t first;
    std::uint64_t second;
};

Seeds makeSeeds() {
    std::random_device random;
    const auto word = [&random] { return std::uint64_t(random()) << 32U | random(); };
    return {word(), word()};
}

const Seeds& seeds() {
    static const Seeds made = makeSeeds();
    return made;
}

std::uint64_t load(const char* from, std::size_t size) {
    std::uint64_t word = 0;
    std::memcpy(&word, from, size);
    return word;
}

std::uint64_t mixed(std::uint64_t a, std::uint64_t b) {
    return folded(a ^ seeds().first, b ^ seeds().second);
}

std::uint64_t hashScalar(const Value& value) {
    const char tag = value.tag();
    if (tag == '"') {
        return hashText(value.text());
    }
    return value.isNumber() ? mixed(value.number().bits(), 'd') : mixed(static_cast<std::uint64_t>(tag), 0);
}

constexpr std::uint64_t priceOfScalar = 8;
constexpr std::uint64_t priceOfContainer = 16;

std::uint64_t priceOf(const Value& value) {
    return value.isString() ? priceOfScalar + value.text().size() / 4 : priceOfScalar;
}

/// A container whose hash is being made.
struct OpenHash {
    bool object;
    std::uint64_t sum = 1;
    std::uint64_t key = 0;
    bool hasKey = false;

    void take(std::uint64_t hash) {
        if (!object) {
            sum = mixed(sum, hash);
        } else if (hasKey) {
            sum += mixed(key, hash);
        } else {
            key = hash;
        }
        hasKey = !hasKey;
    }
    std::uint64_t closed() const { return mixed(sum, object ? '{' : '['); }
};

using Pair = std::pair<Value, Value>;

bool sameScalar(const Value& a, const Value& b, Budget& budget) {
    if (a.isString()) {
        const std::string_view text = a.text();
        return b.isString() && text.size() == b.text().size() && budget.spend(text.size()) && text == b.text();
    }
    return a.isNumber() ? b.isNumber() && a.number() == b.number() : a.tag() == b.tag();
}

/// Looks from `hint` on, where the member stands if both objects have the same order. 0 if it is not there.
Place findMember(const Value& object, std::string_view name, Place hint, Budget& budget) {
    Place key = hint;
    do {
        const std::string_view found = object.at(key).text();
        if (!budget.spend(found.size() == name.size() ? 2 + name.size() : 2)) {
            return 0;
        }
        if (found == name) {
            return key + 1;
        }
        key = object.at(key + 1).next();
        key = key == object.end() ? object.begin() : key;
    } while (key != hint);
    return 0;
}

bool pairMembers(const Value& a, const Value& b, std::vector<Pair>& open, Budget& budget) {
    Place hint = b.begin();
    for (Place key = a.begin(); key != a.end(); key = a.at(key + 1).next()) {
        const Place found = findMember(b, a.at(key).text(), hint, budget);
        if (found == 0) {
            return false;
        }
        open.emplace_back(a.at(key + 1), b.at(found));
        hint = b.at(found).next();
        hint = hint == b.end() ? b.begin() : hint;
    }
    return true;
}

void pairItems(const Value& a, const Value& b, std::vector<Pair>& open) {
    Place other = b.begin();
    for (Place item = a.begin(); item != a.end(); item = a.at(item).next()) {
        open.emplace_back(a.at(item), b.at(other));
        other = b.at(other).next();
    }
}

/// Adds what must be the same for `a` and `b`, two containers, to be.
bool pairContent(const Value& a, const Value& b, std::vector<Pair>& open, Budget& budget) {
    if (a.tag() != b.tag() || a.size() != b.size() || !budget.spend(priceOfScalar * a.size())) {
        return false;
    }
    if (a.isArray()) {
        pairItems(a, b, open);
        return true;
    }
    return a.size() == 0 || pairMembers(a, b, open, budget);
}

bool isContainer(const Value& value) {
    return value.isArray() || value.isObject();
}

/// Whether two items with the same hash are the same; `from` to `to` have it.
bool anySame(const Value& array, const std::vector<std::pair<std::uint64_t, Place>>& items, std::size_t from,
             std::size_t to, Budget& budget) {
    for (std::size_t a = from; a < to; ++a) {
        for (std::size_t b = a + 1; b < to; ++b) {
            if (sameValue(array.at(items[a].second), array.at(items[b].second), budget) || budget.spent()) {
                return true;
            }
        }
    }
    return false;
}

}  // namespace

std::uint64_t hashText(std::string_view text) {
    constexpr std::size_t block = 16;
    std::uint64_t hash = seeds().first ^ text.size();
    const char* at = text.data();
    std::size_t left = text.size();
    for (; left > block; left -= block, at += block) {
        hash = folded(load(at, 8) ^ hash, load(at + 8, 8) ^ seeds().second);
    }
    const std::size_t half = std::min<std::size_t>(left, 8);
    return folded(load(at, half) ^ hash, load(at + half, left - half) ^ seeds().second);
}

std::uint64_t hashValue(const Value& value, Budget& budget) {
    std::vector<OpenHash> open;
    Place place = value.place();
    std::uint64_t hash = 0;
    do {
        const Value at = value.at(place);
        const char tag = at.tag();
        if (tag == '{' || tag == '[') {
            if (!budget.spend(priceOfContainer)) {
                return 0;
            }
            open.push_back({.object = tag == '{'});
            ++place;
            continue;
        }
        if (tag == '}' || tag == ']') {
            hash = open.back().closed();
            open.pop_back();
            ++place;
        } else {
            if (!budget.spend(priceOf(at))) {
                return 0;
            }
            hash = hashScalar(at);
            place = at.next();
        }
        if (!open.empty()) {
            open.back().take(hash);
        }
    } while (!open.empty());
    return hash;
}

bool sameValue(const Value& a, const Value& b, Budget& budget) {
    if (!isContainer(a)) {
        return sameScalar(a, b, budget);
    }
    std::vector<Pair> open{{a, b}};
    while (!open.empty()) {
        const auto [one, other] = open.back();
        open.pop_back();
        const bool same = isContainer(one) ? pairContent(one, other, open, budget)
                                           : budget.spend(1) && sameScalar(one, other, budget);
        if (!same) {
            return false;
        }
    }
    return true;
}

Choices::Choices(std::vector<Value> values) {
    Budget unlimited(~std::uint64_t(0));
    for (const Value& value : values) {
        _byHash.emplace_back(hashValue(value, unlimited), value.place());
        _types |= value.types();
        _longest = std::max(_longest, value.isString() ? value.text().size() : 0);
    }
    std::ranges::sort(_byHash);
}

bool Choices::contain(const Value& value, const Tape& choices, Budget& budget) const {
    if ((value.types() & _types) == 0 || (value.isString() && value.text().size() > _longest)) {
        return false;
    }
    if (!budget.spend(priceOfScalar * std::bit_width(_byHash.size()))) {
        return false;
    }
    const std::uint64_t hash = hashValue(value, budget);
    auto at = std::ranges::lower_bound(_byHash, std::pair(hash, Place(0)));
    for (; at != _byHash.end() && at->first == hash; ++at) {
        if (sameValue(value, Value(choices, at->second), budget)) {
            return true;
        }
    }
    return false;
}

bool hasUniqueItems(const Value& array, Budget& budget) {
    const std::size_t size = array.size();
    if (!budget.spend(size * (priceOfContainer + priceOfScalar * std::bit_width(size)))) {  // sorting them
        return false;
    }
    std::vector<std::pair<std::uint64_t, Place>> items;
    items.reserve(size);
    for (Place item = array.begin(); item != array.end(); item = array.at(item).next()) {
        items.emplace_back(hashValue(array.at(item), budget), item);
        if (budget.spent()) {
            return false;
        }
    }
    std::ranges::sort(items);
    for (std::size_t from = 0; from < items.size();) {
        std::size_t to = from + 1;
        while (to < items.size() && items[to].first == items[from].first) {
            ++to;
        }
        if (anySame(array, items, from, to, budget)) {
            return false;
        }
        from = to;
    }
    return true;
}

}  // namespace aip::schema
