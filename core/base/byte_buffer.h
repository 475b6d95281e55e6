#pragma once

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <limits>
#include <memory>
#include <new>
#include <string_view>
#include <utility>

namespace aip::base {

/// Bytes that arrive piece by piece: the place for them is not filled beforehand, unlike that of a string which grows.
/// Moved, not copied.
class ByteBuffer {
  public:
    ByteBuffer() = default;
    /// A copy of a text.
    template <typename Text>
    requires(std::convertible_to<const Text&, std::string_view> && !std::same_as<Text, ByteBuffer>)
        ByteBuffer(const Text& text) {  // NOLINT(google-explicit-constructor): a text is a buffer with these bytes
        append(text);
    }
    ByteBuffer(ByteBuffer&& other) noexcept
        : _bytes(std::move(other._bytes)),
          _size(std::exchange(other._size, 0)),
          _capacity(std::exchange(other._capacity, 0)) {}
    ByteBuffer& operator=(ByteBuffer&& other) noexcept {
        std::swap(_bytes, other._bytes);
        std::swap(_size, other._size);
        std::swap(_capacity, other._capacity);
        return *this;
    }
    ~ByteBuffer() = default;

    /// Room for `capacity` bytes in all; where the next ones go is data() + size(). Throws std::bad_alloc.
    void reserve(std::size_t capacity) {
        if (capacity > _capacity) {
            moveTo(std::max(capacity, 2 * _capacity));  // so that many small pieces cost no more than one large
        }
    }
    /// `bytes` more have been written after the last one, into the room that there is.
    void wrote(std::size_t bytes) { _size += bytes; }
    void append(std::string_view text) {
        reserve(_size + text.size());
        std::copy(text.begin(), text.end(), _bytes.get() + _size);
        _size += text.size();
    }

    char* data() { return _bytes.get(); }
    const char* data() const { return _bytes.get(); }
    std::size_t size() const { return _size; }
    std::size_t capacity() const { return _capacity; }
    std::string_view view() const { return {_bytes.get(), _size}; }
    operator std::string_view() const { return view(); }  // NOLINT(google-explicit-constructor): as of a string

    friend bool operator==(const ByteBuffer& buffer, std::string_view text) { return buffer.view() == text; }

  private:
    void moveTo(std::size_t capacity) {
        if (capacity > std::size_t{std::numeric_limits<std::ptrdiff_t>::max()}) {
            throw std::bad_alloc();
        }
        auto larger = std::make_unique_for_overwrite<char[]>(capacity);
        std::copy_n(_bytes.get(), _size, larger.get());
        _bytes = std::move(larger);
        _capacity = capacity;
    }

    std::unique_ptr<char[]> _bytes;
    std::size_t _size = 0;
    std::size_t _capacity = 0;
};

}  // namespace aip::base
