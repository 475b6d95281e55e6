#pragma once

#include <simdjson.h>
#include <valijson/internal/adapter.hpp>
#include <valijson/internal/basic_adapter.hpp>
#include <valijson/internal/frozen_value.hpp>

#include <cmath>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

/// What valijson needs to read simdjson's DOM. Everything is a view: the parser that owns the document must outlive it.
/// Names and shapes are those that valijson's templates ask for.
namespace aip::base {

class SimdjsonAdapter;
using SimdjsonMember = std::pair<std::string, SimdjsonAdapter>;

/// Steps over `Inner` (an iterator of simdjson) and gives `Item`s as valijson wants them: by value.
template <typename Inner, typename Item>
class SimdjsonIterator {
  public:
    using iterator_category = std::forward_iterator_tag;
    using value_type = Item;
    using difference_type = std::ptrdiff_t;
    using pointer = Item*;
    using reference = Item&;

    /// `index` stands in for the order that simdjson's iterators lack: valijson walks backwards from an end.
    SimdjsonIterator(Inner begin, Inner at, std::size_t index) : _begin(begin), _at(at), _index(index) {}

    Item operator*() const;
    valijson::adapters::DerefProxy<Item> operator->() const { return valijson::adapters::DerefProxy<Item>(**this); }
    bool operator==(const SimdjsonIterator& other) const { return _index == other._index; }
    bool operator!=(const SimdjsonIterator& other) const { return _index != other._index; }

    SimdjsonIterator& operator++() {
        ++_at;
        ++_index;
        return *this;
    }
    SimdjsonIterator operator++(int) {
        SimdjsonIterator before = *this;
        ++*this;
        return before;
    }
    SimdjsonIterator& operator--() {
        const std::size_t target = _index - 1;
        _at = _begin;
        _index = 0;
        advance(static_cast<std::ptrdiff_t>(target));
        return *this;
    }
    void advance(std::ptrdiff_t steps) {
        for (; steps > 0; --steps) {
            ++*this;
        }
    }

  private:
    Inner _begin;
    Inner _at;
    std::size_t _index;
};

/// An array or an object. Default: empty.
template <typename Inner, typename Item>
class SimdjsonContainer {
  public:
    using const_iterator = SimdjsonIterator<typename Inner::iterator, Item>;
    using iterator = const_iterator;

    SimdjsonContainer() = default;
    explicit SimdjsonContainer(Inner inner) : _inner(inner), _size(countOf(inner)) {}

    const_iterator begin() const { return {first(), first(), 0}; }
    const_iterator end() const { return {first(), _size == 0 ? first() : _inner.end(), _size}; }
    std::size_t size() const { return _size; }

    const_iterator find(const std::string& key) const {
        const_iterator at = begin();
        const const_iterator last = end();
        if (_size != 0) {
            for (auto member = _inner.begin(); at != last && member.key() != key; ++member) {
                ++at;
            }
        }
        return at;
    }

  private:
    /// size() of simdjson is 24 bits wide and saturates.
    static std::size_t countOf(Inner inner) {
        constexpr std::size_t saturated = 0xFFFFFF;
        if (inner.size() < saturated) {
            return inner.size();
        }
        std::size_t count = 0;
        for (auto at = inner.begin(); at != inner.end(); ++at) {
            ++count;
        }
        return count;
    }

    typename Inner::iterator first() const { return _size == 0 ? typename Inner::iterator{} : _inner.begin(); }

    Inner _inner;
    std::size_t _size = 0;
};

using SimdjsonArray = SimdjsonContainer<simdjson::dom::array, SimdjsonAdapter>;
using SimdjsonObject = SimdjsonContainer<simdjson::dom::object, SimdjsonMember>;

/// One JSON value. A double without a fraction (3.0) is also an integer, an integer beyond 63 bits also a double.
class SimdjsonValue {
  public:
    SimdjsonValue() {}  // not defaulted: clang wants a constructor of its own for the const one in BasicAdapter
    explicit SimdjsonValue(simdjson::dom::element element) : _element(element), _type(element.type()) {}

    valijson::adapters::FrozenValue* freeze() const;
    static bool hasStrictTypes() { return true; }

    bool isArray() const { return _type == Type::ARRAY; }
    bool isBool() const { return _type == Type::BOOL; }
    bool isNull() const { return _type == Type::NULL_VALUE; }
    bool isObject() const { return _type == Type::OBJECT; }
    bool isString() const { return _type == Type::STRING; }
    bool isDouble() const { return _type == Type::DOUBLE || _type == Type::UINT64; }
    bool isNumber() const { return isInteger() || isDouble(); }
    bool isInteger() const {
        return _type == Type::INT64 || _type == Type::UINT64 || (_type == Type::DOUBLE && isWhole(double(_element)));
    }

    bool getBool(bool& result) const { return isBool() && read(result); }
    bool getDouble(double& result) const { return isDouble() && read(result); }
    bool getString(std::string& result) const {
        std::string_view text;
        if (!isString() || !read(text)) {
            return false;
        }
        result.assign(text);
        return true;
    }
    bool getInteger(std::int64_t& result) const {
        double number = 0;
        if (_type == Type::DOUBLE && getDouble(number) && isWhole(number)) {
            result = static_cast<std::int64_t>(number);
            return true;
        }
        return _type == Type::INT64 && read(result);
    }

    std::optional<SimdjsonArray> getArrayOptional() const {
        return isArray() ? std::optional(SimdjsonArray(simdjson::dom::array(_element))) : std::nullopt;
    }
    std::optional<SimdjsonObject> getObjectOptional() const {
        return isObject() ? std::optional(SimdjsonObject(simdjson::dom::object(_element))) : std::nullopt;
    }
    bool getArraySize(std::size_t& result) const {
        result = isArray() ? SimdjsonArray(simdjson::dom::array(_element)).size() : 0;
        return isArray();
    }
    bool getObjectSize(std::size_t& result) const {
        result = isObject() ? SimdjsonObject(simdjson::dom::object(_element)).size() : 0;
        return isObject();
    }

  private:
    using Type = simdjson::dom::element_type;

    static bool isWhole(double number) { return std::trunc(number) == number && std::fabs(number) < 0x1p63; }

    template <typename T>
    bool read(T& result) const {
        return _element.get(result) == simdjson::SUCCESS;
    }

    simdjson::dom::element _element;
    Type _type = Type::OBJECT;
};

class SimdjsonAdapter : public valijson::adapters::BasicAdapter<SimdjsonAdapter, SimdjsonArray, SimdjsonMember,
                                                                SimdjsonObject, SimdjsonValue> {
  public:
    SimdjsonAdapter() = default;
    explicit SimdjsonAdapter(simdjson::dom::element element) : BasicAdapter(SimdjsonValue(element)) {}
    explicit SimdjsonAdapter(const SimdjsonValue& value) : BasicAdapter(value) {}
};

/// A value of the schema (enum, const). Still a view: the schema's document lives as long as the schema.
class SimdjsonFrozenValue : public valijson::adapters::FrozenValue {
  public:
    explicit SimdjsonFrozenValue(SimdjsonValue value) : _value(value) {}

    FrozenValue* clone() const override { return new SimdjsonFrozenValue(_value); }
    bool equalTo(const valijson::adapters::Adapter& other, bool strict) const override;

  private:
    SimdjsonValue _value;
};

inline valijson::adapters::FrozenValue* SimdjsonValue::freeze() const {
    return new SimdjsonFrozenValue(*this);
}

inline bool SimdjsonFrozenValue::equalTo(const valijson::adapters::Adapter& other, bool strict) const {
    return SimdjsonAdapter(_value).equalTo(other, strict);
}

template <>
inline SimdjsonAdapter SimdjsonIterator<simdjson::dom::array::iterator, SimdjsonAdapter>::operator*() const {
    return SimdjsonAdapter(*_at);
}

template <>
inline SimdjsonMember SimdjsonIterator<simdjson::dom::object::iterator, SimdjsonMember>::operator*() const {
    return {std::string(_at.key()), SimdjsonAdapter(_at.value())};
}

}  // namespace aip::base

template <>
struct valijson::adapters::AdapterTraits<aip::base::SimdjsonAdapter> {
    using DocumentType = simdjson::dom::element;
    static std::string adapterName() { return "SimdjsonAdapter"; }
};
