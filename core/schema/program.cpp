#include "schema/program.h"

#include <algorithm>

namespace aip::schema {
namespace {

/// So few are found sooner without a hash.
constexpr std::size_t fewEntries = 8;

}  // namespace

base::Result<void> Program::hold(std::size_t bytes) {
    if (share && !share->grow(bytes)) {
        return base::Error(base::Code::exhausted, "the schemas of all plugins hold too much memory together");
    }
    return {};
}

PropertyTable::Entry& PropertyTable::entry(std::string_view name) {
    if (const Entry* found = find(name)) {
        return _entries[static_cast<std::size_t>(found - _entries.data())];
    }
    _entries.push_back({.name = name});
    if (2 * _entries.size() > _slots.size()) {
        grow();
    } else {
        _slots[slotOf(name)] = static_cast<std::uint32_t>(_entries.size());
    }
    return _entries.back();
}

const PropertyTable::Entry* PropertyTable::find(std::string_view name) const {
    if (_entries.size() <= fewEntries) {
        const auto found = std::ranges::find(_entries, name, &Entry::name);
        return found == _entries.end() ? nullptr : &*found;
    }
    const std::uint32_t number = _slots[slotOf(name)];
    return number == 0 ? nullptr : &_entries[number - 1];
}

/// Where `name` is, or the free slot where it would be.
std::size_t PropertyTable::slotOf(std::string_view name) const {
    std::size_t slot = hashText(name) & (_slots.size() - 1);
    while (_slots[slot] != 0 && _entries[_slots[slot] - 1].name != name) {
        slot = (slot + 1) & (_slots.size() - 1);
    }
    return slot;
}

void PropertyTable::grow() {
    _slots.assign(_slots.empty() ? 8 : 2 * _slots.size(), 0);
    for (std::size_t i = 0; i < _entries.size(); ++i) {
        _slots[slotOf(_entries[i].name)] = static_cast<std::uint32_t>(i + 1);
    }
}

}  // namespace aip::schema
