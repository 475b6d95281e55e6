#include "schema/repeated_member.h"

#include "schema/equality.h"

#include <array>
#include <bit>
#include <string_view>
#include <utility>
#include <vector>

namespace aip::schema {
namespace {

constexpr std::size_t fewMembers = 32;
constexpr std::uint64_t priceOfFew = 16;
constexpr std::uint64_t priceOfMany = 64;  ///< its place in the table is not in the processor's cache

/// Nothing to say, or no budget left to say it.
constexpr std::string_view none;

std::string_view repeatedOfFew(const Value& object, std::size_t size, Budget& budget) {
    if (!budget.spend(size * (priceOfFew + size / 2))) {
        return none;
    }
    std::array<std::pair<std::uint64_t, std::string_view>, fewMembers> names;
    std::size_t count = 0;
    for (Place key = object.begin(); key != object.end(); key = object.at(key + 1).next()) {
        const std::string_view name = object.at(key).text();
        if (!budget.spend(name.size())) {
            return none;
        }
        names[count] = {hashText(name), name};
        for (std::size_t before = 0; before < count; ++before) {
            if (names[before] == names[count]) {
                return name;
            }
        }
        ++count;
    }
    return none;
}

/// The keys of one object, found by their names.
class KeyTable {
  public:
    KeyTable(const Value& object, std::size_t size) : _object(object), _slots(std::bit_ceil(2 * size)) {}

    /// False if the name is there already.
    bool add(Place key, std::string_view name) {
        const std::uint64_t hash = hashText(name);
        const Slot added{static_cast<std::uint32_t>(hash >> 32U), key};
        std::size_t at = hash & (_slots.size() - 1);
        for (; _slots[at].key != 0; at = (at + 1) & (_slots.size() - 1)) {
            if (_slots[at].hash == added.hash && _object.at(_slots[at].key).text() == name) {
                return false;
            }
        }
        _slots[at] = added;
        return true;
    }

  private:
    struct Slot {
        std::uint32_t hash = 0;
        Place key = 0;  ///< 0: free, as no key stands there
    };

    const Value& _object;
    std::vector<Slot> _slots;
};

std::string_view repeatedOfMany(const Value& object, std::size_t size, Budget& budget) {
    if (!budget.spend(size * priceOfMany)) {
        return none;
    }
    KeyTable keys(object, size);
    for (Place key = object.begin(); key != object.end(); key = object.at(key + 1).next()) {
        const std::string_view name = object.at(key).text();
        if (!budget.spend(name.size())) {
            return none;
        }
        if (!keys.add(key, name)) {
            return name;
        }
    }
    return none;
}

}  // namespace

std::optional<std::string> repeatedMember(const Tape& tape, Budget& budget) {
    const Place end = static_cast<Place>(tape.size());
    for (Place place = Tape::root; place < end && budget.spend(1);) {
        const Value value(tape, place);
        if (value.isObject()) {
            const std::size_t size = value.size();
            const std::string_view name = size < 2             ? none
                                          : size <= fewMembers ? repeatedOfFew(value, size, budget)
                                                               : repeatedOfMany(value, size, budget);
            if (name.data() != nullptr) {
                return std::string(name);
            }
        }
        place = value.isObject() || value.isArray() ? place + 1 : value.next();
    }
    return std::nullopt;
}

}  // namespace aip::schema
