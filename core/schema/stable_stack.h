#pragma once

#include <algorithm>
#include <cstddef>
#include <memory>
#include <vector>

namespace aip::schema {

/// A stack whose elements never move: a reference to one stays valid until it is popped, whatever is pushed meanwhile.
/// Keeps its memory until trim().
template <typename T>
class StableStack {
  public:
    bool empty() const { return _size == 0; }
    std::size_t size() const { return _size; }
    T& back() { return _chunks[(_size - 1) / chunkSize][(_size - 1) % chunkSize]; }

    void push(const T& element) {
        if (_size == _chunks.size() * chunkSize) {
            _chunks.push_back(std::make_unique<T[]>(chunkSize));
        }
        ++_size;
        back() = element;
    }
    void pop() { --_size; }
    void clear() { _size = 0; }

    /// Frees what is empty beyond `kept` elements.
    void trim(std::size_t kept) {
        const std::size_t chunks = (std::max(kept, _size) + chunkSize - 1) / chunkSize;
        if (_chunks.size() > chunks) {
            _chunks.resize(chunks);
            _chunks.shrink_to_fit();
        }
    }

  private:
    static constexpr std::size_t chunkSize = 64;

    std::vector<std::unique_ptr<T[]>> _chunks;
    std::size_t _size = 0;
};

}  // namespace aip::schema
