#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace aip::base {

/// What went wrong, coarsely. The values are those of aip_status in aip/abi.h.
enum class Code : std::int32_t {
    ok = 0,
    invalid,
    notFound,
    unsupported,
    cancelled,
    deadline,
    denied,
    unavailable,
    exhausted,
    state,
    internal,
};

/// "INVALID", "NOT_FOUND", ...; "PLUGIN_1000" and up for the codes that belong to a plugin.
std::string codeName(Code code);

/// A failure as a value: a code and a text. Callers put context in front: "reading agent.ini: key 'x': not a number".
class Error {
  public:
    Error(Code code, std::string text) : _code(code), _text(std::move(text)) {}

    Code code() const { return _code; }
    const std::string& text() const { return _text; }

    /// The same failure with context: "`context`: text".
    Error within(std::string_view context) &&;

  private:
    Code _code;
    std::string _text;
};

/// A value, or an error: an Error, or an error type of a room's own. Accessing the one that is not there is a defect
/// (throws).
template <typename T, typename E = Error>
class [[nodiscard]] Result {
  public:
    Result(T value) : _content(std::move(value)) {}
    Result(E error) : _content(std::move(error)) {}

    explicit operator bool() const { return std::holds_alternative<T>(_content); }
    T& operator*() & { return std::get<T>(_content); }
    const T& operator*() const& { return std::get<T>(_content); }
    T&& operator*() && { return std::get<T>(std::move(_content)); }
    T* operator->() { return &std::get<T>(_content); }
    const T* operator->() const { return &std::get<T>(_content); }

    const E& error() const& { return std::get<E>(_content); }
    E&& error() && { return std::get<E>(std::move(_content)); }

  private:
    std::variant<T, E> _content;
};

/// Success, or an error.
template <typename E>
class [[nodiscard]] Result<void, E> {
  public:
    Result() = default;
    Result(E error) : _error(std::move(error)) {}

    explicit operator bool() const { return !_error; }
    const E& error() const& { return _error.value(); }
    E&& error() && { return std::move(_error).value(); }

  private:
    std::optional<E> _error;
};

}  // namespace aip::base
