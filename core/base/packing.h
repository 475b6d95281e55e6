#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

/// Values to bytes and back, between processes of one machine. A number has this machine's representation, a text is
/// its length (4 bytes) and its bytes, a list is its count (4 bytes) and its elements.
namespace aip::base {

/// Appends values.
class Packer {
  public:
    template <typename... Values>
    void operator()(const Values&... values) {
        (put(values), ...);
    }
    /// A list whose elements are more than one value: `pack` packs one.
    template <typename List, typename Pack>
    void each(const List& list, Pack pack) {
        put(static_cast<std::uint32_t>(list.size()));
        for (const auto& element : list) {
            pack(*this, element);
        }
    }

    std::string& bytes() { return _bytes; }

  private:
    template <typename Number>
    void put(const Number& number) requires std::is_arithmetic_v<Number> {
        _bytes.append(reinterpret_cast<const char*>(&number), sizeof number);
    }
    void put(std::string_view text) {
        put(static_cast<std::uint32_t>(text.size()));
        _bytes += text;
    }
    void put(const std::vector<std::string>& texts) {
        each(texts, [](Packer& self, const std::string& text) { self.put(text); });
    }

    std::string _bytes;
};

/// Reads values in order. Does not trust its input: after the first impossible length, every value reads as empty.
class Unpacker {
  public:
    explicit Unpacker(std::string_view bytes) : _left(bytes) {}

    template <typename... Values>
    void operator()(Values&... values) {
        (read(values), ...);
    }
    /// `unpack` unpacks one element.
    template <typename Element, typename Unpack>
    void each(std::vector<Element>& list, Unpack unpack) {
        std::uint32_t count = 0;
        read(count);
        for (; _whole && count > 0; --count) {
            unpack(*this, list.emplace_back());
        }
    }
    /// The next `size` bytes; a view into what is unpacked.
    std::string_view bytes(std::uint64_t size) {
        if (!_whole || size > _left.size()) {
            _whole = false;
            return {};
        }
        const std::string_view bytes = _left.substr(0, size);
        _left.remove_prefix(size);
        return bytes;
    }

    /// Every value was complete, and nothing is left over.
    bool finished() const { return _whole && _left.empty(); }

  private:
    template <typename Number>
    void read(Number& number) requires std::is_arithmetic_v<Number> {
        const std::string_view found = bytes(sizeof number);
        if (_whole) {
            std::memcpy(&number, found.data(), sizeof number);
        }
    }
    void read(std::string_view& text) {
        std::uint32_t size = 0;
        read(size);
        text = bytes(size);
    }
    void read(std::string& text) {
        std::string_view view;
        read(view);
        text = view;
    }
    void read(std::vector<std::string>& texts) {
        each(texts, [](Unpacker& self, std::string& text) { self.read(text); });
    }

    std::string_view _left;
    bool _whole = true;
};

}  // namespace aip::base
