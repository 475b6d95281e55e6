#include "schema/step_index.h"

namespace aip::schema {

Place StepIndex::find(const Value& container, const std::string& step) {
    return container.isObject() ? member(container, step) : container.isArray() ? item(container, step) : 0;
}

Place StepIndex::member(const Value& object, std::string_view name) {
    const auto [at, added] = _members.try_emplace(object.place());
    for (Place key = object.begin(); added && key != object.end(); key = object.at(key + 1).next()) {
        at->second.emplace(object.at(key).text(), key + 1);
    }
    const auto found = at->second.find(name);
    return found == at->second.end() ? 0 : found->second;
}

Place StepIndex::item(const Value& array, const std::string& index) {
    const auto [at, added] = _items.try_emplace(array.place());
    for (Place place = array.begin(); added && place != array.end(); place = array.at(place).next()) {
        at->second.push_back(place);
    }
    const bool isNumber = !index.empty() && index.size() <= 7 &&
                          index.find_first_not_of("0123456789") == std::string::npos &&
                          (index == "0" || index.front() != '0');
    const std::size_t number = isNumber ? std::stoul(index) : at->second.size();
    return number < at->second.size() ? at->second[number] : 0;
}

}  // namespace aip::schema
