// Calling an ordinary C++ callable with arguments from JSON.
#pragma once

#include "call.hpp"
#include "param.hpp"
#include "read.hpp"
#include "result.hpp"
#include "schema.hpp"
#include "write.hpp"

#include <functional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

namespace aip::detail {

template <typename R, typename... Args>
struct Signature {
    using Type = R(Args...);
};

/// The signature of a function, lambda or member function, without the object that it belongs to. What cannot be called
/// with a plugin and a fixed number of arguments has none.
template <typename F>
struct SignatureOf {};
template <typename F>
requires requires {
    &F::operator();
}
struct SignatureOf<F> : SignatureOf<decltype(&F::operator())> {};
template <typename R, typename... Args>
struct SignatureOf<R (*)(Args...)> : Signature<R, Args...> {};
template <typename R, typename... Args>
struct SignatureOf<R (*)(Args...) noexcept> : Signature<R, Args...> {};
template <typename C, typename R, typename... Args>
struct SignatureOf<R (C::*)(Args...)> : Signature<R, Args...> {};
template <typename C, typename R, typename... Args>
struct SignatureOf<R (C::*)(Args...) const> : Signature<R, Args...> {};
template <typename C, typename R, typename... Args>
struct SignatureOf<R (C::*)(Args...)&> : Signature<R, Args...> {};
template <typename C, typename R, typename... Args>
struct SignatureOf<R (C::*)(Args...) const&> : Signature<R, Args...> {};
template <typename C, typename R, typename... Args>
struct SignatureOf<R (C::*)(Args...) noexcept> : Signature<R, Args...> {};
template <typename C, typename R, typename... Args>
struct SignatureOf<R (C::*)(Args...) const noexcept> : Signature<R, Args...> {};
template <typename C, typename R, typename... Args>
struct SignatureOf<R (C::*)(Args...)& noexcept> : Signature<R, Args...> {};
template <typename C, typename R, typename... Args>
struct SignatureOf<R (C::*)(Args...) const& noexcept> : Signature<R, Args...> {};

template <typename... Ts>
struct Types {
    static constexpr std::size_t count = sizeof...(Ts);
};

/// A signature taken apart: T& (for free functions and lambdas) and const Call& come first, both optional.
template <typename T, typename Signature>
struct Shape;
template <typename T, typename R, typename... Args>
struct Shape<T, R(Args...)> {
    using Result = std::remove_cvref_t<R>;
    using Parameters = Types<Args...>;  ///< as they are declared
    using Arguments = Types<std::remove_cvref_t<Args>...>;
    static constexpr bool takesSelf = false;
    static constexpr bool takesCall = false;
};
template <typename T, typename R, typename First, typename... Args>
requires std::same_as<std::remove_cvref_t<First>, Call>
struct Shape<T, R(First, Args...)> : Shape<T, R(Args...)> {
    static constexpr bool takesCall = true;
};
template <typename T, typename R, typename First, typename... Args>
requires std::same_as<std::remove_cvref_t<First>, T>
struct Shape<T, R(First, Args...)> : Shape<T, R(Args...)> {
    static constexpr bool takesSelf = true;
};

template <typename T, typename F>
using ShapeOf = Shape<T, typename SignatureOf<F>::Type>;

/// Calls `function` with what its shape asks for.
template <typename T, typename F, typename... Args>
ToolResult invoke(const F& function, T& self, const Call& call, Args&&... args) {
    using S = ShapeOf<T, F>;
    const auto run = [&](auto&&... all) -> decltype(auto) {
        if constexpr (S::takesCall) {
            return std::invoke(function, all..., call, std::forward<Args>(args)...);
        } else {
            return std::invoke(function, all..., std::forward<Args>(args)...);
        }
    };
    const auto bound = [&]() -> decltype(auto) {
        if constexpr (S::takesSelf || std::is_member_function_pointer_v<F>) {
            return run(self);
        } else {
            return run();
        }
    };
    if constexpr (std::is_void_v<typename S::Result>) {
        bound();
        return std::string("null");
    } else {
        return resultOf(call, bound());
    }
}

/// One parameter of a tool. The default is read when the tool is described, so that a bad one shows at once.
template <typename T>
class Argument {
  public:
    explicit Argument(Param description) : param(std::move(description)) {
        if (param.fallback() || Optional<T>) {
            Document owner("null");
            _fallback.emplace(
                within("default of '" + param.name() + "'", [&] { return absent<Stored>(param, owner); }));
        }
    }

    T fallback() const {
        if (!_fallback) {
            throw Error(Code::invalid, "parameter '" + param.name() + "': missing");
        }
        return T(*_fallback);
    }

    Param param;

  private:
    using Stored = std::conditional_t<std::same_as<T, std::string_view>, std::string, T>;
    std::optional<Stored> _fallback;
};

/// All parameters of a tool.
template <typename... Ts>
class Arguments {
  public:
    template <typename... Params>
    explicit Arguments(Types<Ts...>, Params... params) : _arguments(Argument<Ts>(std::move(params))...) {}

    Schema schema() const {
        return std::apply([](const auto&... argument) { return objectSchema({propertyOf<Ts>(argument.param)...}); },
                          _arguments);
    }

    /// Reads `json` and calls `use` with the values. A text parameter taken as std::string_view is not copied.
    template <typename Use>
    ToolResult apply(std::string_view json, Use&& use) const {
        std::tuple<std::optional<Ts>...> values;
        std::optional<Document> document;  // the values may point into it
        if (!json.empty() && json != "{}") {
            document.emplace(json);
            within("parameter", [&] { read(*document, values); });
        }
        return finish(values, std::forward<Use>(use), std::index_sequence_for<Ts...>{});
    }

  private:
    void read(Document& document, std::tuple<std::optional<Ts>...>& values) const {
        const auto names = std::apply(
            [](const auto&... argument) {
                return std::array<std::string_view, sizeof...(Ts)>{argument.param.name()...};
            },
            _arguments);
        const auto hasDefault = std::apply(
            [](const auto&... argument) {
                return std::array<bool, sizeof...(Ts)>{argument.param.fallback().has_value()...};
            },
            _arguments);
        readMembers(document.root(), names, [&](std::size_t index, const Value& value) {
            if (hasDefault[index] && isNull(value)) {
                return;
            }
            visitAt(values, index,
                    [&value]<typename T>(std::optional<T>& place) { place.emplace(detail::read<T>(value)); });
        });
    }

    template <typename Values, typename Use, std::size_t... I>
    ToolResult finish(Values& values, Use&& use, std::index_sequence<I...>) const {
        return use((std::get<I>(values) ? *std::move(std::get<I>(values)) : std::get<I>(_arguments).fallback())...);
    }

    std::tuple<Argument<Ts>...> _arguments;
};

template <typename... Ts, typename... Params>
Arguments(Types<Ts...>, Params...) -> Arguments<Ts...>;

}  // namespace aip::detail
