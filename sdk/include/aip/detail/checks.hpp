// What an author may get wrong in C++, said in a sentence by the compiler. Who is `fine` has nothing to fear from the
// templates after it; who is not does not get to them, so that the sentence is all that is printed.
#pragma once

#include "callable.hpp"
#include "forms.hpp"
#include "param.hpp"
#include "task.hpp"

#include <concepts>
#include <functional>
#include <string_view>
#include <type_traits>

namespace aip {

class Settings;
template <typename T>
class Description;

namespace detail {

template <typename T>
inline constexpr bool isCall = std::same_as<std::remove_cvref_t<T>, Call>;
template <typename T>
inline constexpr bool isChangeable = std::is_lvalue_reference_v<T> && !std::is_const_v<std::remove_reference_t<T>>;

template <typename T>
constexpr bool parameterIsFine() {
    if constexpr (isCall<T> || isChangeable<T>) {
        return false;
    } else {
        return hasForm<std::remove_cvref_t<T>>;
    }
}

/// The parameter of a tool that an aip::param describes: the first is 1.
template <std::size_t Number, typename T>
struct Parameter {
    static_assert(!isCall<T>,
                  "aip: aip::Call is the first parameter of a tool: put 'const aip::Call&' before the others");
    static_assert(isCall<T> || !isChangeable<T>,
                  "aip: a parameter is taken by value or by const reference, not by reference");
    using Read = std::conditional_t<isCall<T> || isChangeable<T>, int, std::remove_cvref_t<T>>;
    static_assert(sizeof(FormOf<Read>) > 0);
};

template <typename T>
constexpr bool resultIsFine() {
    if constexpr (std::is_void_v<T>) {
        return true;
    } else {
        return hasForm<T, true>;
    }
}

template <typename T>
struct Result {
    static_assert(sizeof(FormOf<std::conditional_t<std::is_void_v<T>, int, T>, true>) > 0);
};

/// Json is taken at its word.
template <typename T>
concept WrittenAsObject = AnyOf<T, Object, Json> || Dictionary<T> || Struct<T>;

template <typename F>
concept FunctionObject = std::is_class_v<F> && requires {
    &F::operator();
};

template <typename F>
concept HasSignature = requires {
    typename SignatureOf<F>::Type;
};

template <typename C, typename R, typename... Args>
constexpr bool isMutable(R (C::*)(Args...)) {
    return true;
}
template <typename Other>
constexpr bool isMutable(Other) {
    return false;
}

/// A lambda whose calls change it.
template <typename F>
constexpr bool changesItself() {
    if constexpr (FunctionObject<F>) {
        return isMutable(&F::operator());
    } else {
        return false;
    }
}

template <typename C, typename M>
constexpr const C* ownerOf(M C::*) {
    return nullptr;
}

/// Whether F can be called with an object of T: it is not a member of another class.
template <typename T, typename F>
constexpr bool belongsTo() {
    if constexpr (std::is_member_function_pointer_v<F>) {
        return std::is_base_of_v<std::remove_cvref_t<decltype(*ownerOf(F{}))>, T>;
    } else {
        return true;
    }
}

/// The plugin's object and the call as they stand in a signature; of a member function it has the object already.
template <typename T, bool isMember, typename Signature>
struct Leading;
template <typename T, bool isMember, typename R, typename... Args>
struct Leading<T, isMember, R(Args...)> {
    /// Each comes once, the object first. A call after a parameter is not looked at here.
    static constexpr bool inOrder() {
        constexpr bool isSelf[] = {std::same_as<std::remove_cvref_t<Args>, T>..., false, false, false};
        constexpr bool calls[] = {isCall<Args>..., false, false, false};
        const int objects = !isMember && isSelf[0] ? 1 : 0;
        const int leading = objects + (calls[objects] ? 1 : 0);
        return !isSelf[leading] && (leading == 0 || !calls[leading]);
    }
    static constexpr bool byValue = ((std::same_as<Args, T> || std::same_as<Args, Call>) || ...);
    static constexpr bool changesCall = ((std::same_as<Args, Call&> || std::same_as<Args, Call&&>) || ...);
};

template <typename Parameters>
struct EachParameter;
template <typename... Ts>
struct EachParameter<Types<Ts...>> {
    static constexpr bool fine = (parameterIsFine<Ts>() && ...);

    template <std::size_t... I>
    static constexpr std::size_t check(std::index_sequence<I...>) {
        return (sizeof(Parameter<I + 1, Ts>) + ... + 0);
    }
};

/// A function that can be taken apart.
template <typename T, typename F, typename... Params>
concept Declared =
    HasSignature<F> && !changesItself<F>() && belongsTo<T, F>() && (std::convertible_to<Params, Param> && ...);

template <typename T, typename F, typename... Params>
constexpr bool toolIsFine() {
    if constexpr (Declared<T, F, Params...>) {
        using S = ShapeOf<T, F>;
        using L = Leading<T, std::is_member_function_pointer_v<F>, typename SignatureOf<F>::Type>;
        return !L::byValue && !L::changesCall && L::inOrder() && EachParameter<typename S::Parameters>::fine &&
               S::Parameters::count == sizeof...(Params) && resultIsFine<typename S::Result>();
    } else {
        return false;
    }
}

/// Says what is wrong with a tool that is declared with a function F and `Params` for its parameters.
template <typename T, typename F, typename... Params>
struct ToolCheck {
    static_assert(HasSignature<F>,
                  "aip: a tool is a function with one signature: a member function, a free function or "
                  "a lambda without 'auto' parameters");
    static_assert(!changesItself<F>(), "aip: a tool is not 'mutable': what it changes belongs into the plugin's class");
    static_assert((std::convertible_to<Params, Param> && ...),
                  "aip: after the function comes an aip::param for each of "
                  "its parameters, or its name");
    static_assert(belongsTo<T, F>(), "aip: this is a member function of another class than the plugin's");
};
template <typename T, typename F, typename... Params>
requires Declared<T, F, Params...>
struct ToolCheck<T, F, Params...> {
    using S = ShapeOf<T, F>;
    using L = Leading<T, std::is_member_function_pointer_v<F>, typename SignatureOf<F>::Type>;
    using All = std::conditional_t<L::byValue || L::changesCall, Types<>, typename S::Parameters>;
    static_assert(!L::byValue,
                  "aip: the plugin's object is taken as 'T&', the call as 'const aip::Call&': by value it "
                  "would be a copy");
    static_assert(L::byValue || !L::changesCall, "aip: the call is taken as 'const aip::Call&'");
    static_assert(L::byValue || L::changesCall || L::inOrder(),
                  "aip: before the parameters of a tool come, each once and in this order, the plugin's object, but "
                  "not for a member function, and the call");
    static_assert(EachParameter<All>::check(std::make_index_sequence<All::count>()) + 1 > 0);
    static_assert(!EachParameter<All>::fine || L::byValue || L::changesCall || All::count == sizeof...(Params),
                  "aip: a tool needs one aip::param for each parameter of its function");
    static_assert(sizeof(Result<typename S::Result>) > 0);
};

/// Compiles if the tool is right, and else says what is wrong. Returns whether it is.
template <typename T, typename F, typename... Params>
constexpr bool checkTool() {
    if constexpr (!toolIsFine<T, F, Params...>()) {
        static_cast<void>(sizeof(ToolCheck<T, F, Params...>));
    }
    return toolIsFine<T, F, Params...>();
}

/// has_NAME: T has a member of this name, whether it may be used or not: then the name is ambiguous in a class that
/// inherits it from two sides. Of a final class only what is public is seen. isOne_NAME: it has a public one, and no
/// other.
#define AIP_HAS_MEMBER(NAME)                                      \
    struct With_##NAME {                                          \
        int NAME;                                                 \
    };                                                            \
    template <typename T>                                         \
    struct Both_##NAME : T, With_##NAME {};                       \
    template <typename T>                                         \
    constexpr bool has_##NAME() {                                 \
        if constexpr (std::is_final_v<T> || std::is_union_v<T>) { \
            return requires {                                     \
                &T::NAME;                                         \
            };                                                    \
        } else {                                                  \
            return !requires {                                    \
                &Both_##NAME<T>::NAME;                            \
            };                                                    \
        }                                                         \
    }                                                             \
    template <typename T>                                         \
    constexpr bool isOne_##NAME() {                               \
        return requires {                                         \
            &T::NAME;                                             \
        };                                                        \
    }
AIP_HAS_MEMBER(start)
AIP_HAS_MEMBER(stop)
AIP_HAS_MEMBER(onCancel)
AIP_HAS_MEMBER(onTaskBegin)
AIP_HAS_MEMBER(onTaskEnd)
#undef AIP_HAS_MEMBER

template <typename T>
concept TakesSettings = requires(T& object, const Settings& settings) {
    object.start(settings);
};
template <typename T>
concept StartsAlone = requires(T& object) {
    object.start();
};
template <typename T>
concept Stops = requires(T& object) {
    object.stop();
};
template <typename T>
concept TakesCancel = requires(T& object, std::string_view callId) {
    object.onCancel(callId);
};
template <typename T>
concept HearsBegins = requires(T& object, const Task& task) {
    object.onTaskBegin(task);
};
template <typename T>
concept HearsEnds = requires(T& object, const Task& task) {
    object.onTaskEnd(task);
};
template <typename T>
concept HearsOfTasks = HearsBegins<T> || HearsEnds<T>;
template <typename T>
concept Describes = requires(Description<T>& description) {
    T::describe(description);
};

template <typename T>
constexpr bool startsWithoutResult() {
    if constexpr (TakesSettings<T>) {
        return std::is_void_v<decltype(std::declval<T&>().start(std::declval<const Settings&>()))>;
    } else if constexpr (StartsAlone<T>) {
        return std::is_void_v<decltype(std::declval<T&>().start())>;
    } else {
        return true;
    }
}

/// The class of a plugin: a member that would never be called is an error, not a surprise.
template <typename T>
struct PluginClass {
    static_assert(Describes<T>,
                  "aip: the plugin's class needs a public 'static void describe(aip::Description<T>& d)'");
    static_assert(std::is_default_constructible_v<T>, "aip: the plugin's class needs a public default constructor");
    static_assert(
        TakesSettings<T> || StartsAlone<T> || !has_start<T>(),
        "aip: start() cannot be called: it must be public and take 'const aip::Settings&' or nothing; a member that is "
        "something else needs another name");
    static_assert(startsWithoutResult<T>(), "aip: start() returns nothing; to refuse it throws an aip::Error");
    static_assert(
        Stops<T> || !has_stop<T>(),
        "aip: stop() cannot be called: it must be public and take nothing; a member that is something else needs "
        "another name");
    static_assert(TakesCancel<T> || !has_onCancel<T>(),
                  "aip: onCancel() cannot be called: it must be public and take a std::string_view");
    static_assert(HearsBegins<T> || !has_onTaskBegin<T>(),
                  "aip: onTaskBegin() cannot be called: it must be public and take 'const aip::Task&'");
    static_assert(HearsEnds<T> || !has_onTaskEnd<T>(),
                  "aip: onTaskEnd() cannot be called: it must be public and take 'const aip::Task&'");
    static_assert(!(TakesSettings<T> || StartsAlone<T>) || isOne_start<T>(),
                  "aip: there is more than one start(): only one of them would be called");
    static_assert(!Stops<T> || isOne_stop<T>(), "aip: there is more than one stop(): only one of them would be called");
    static_assert(!TakesCancel<T> || isOne_onCancel<T>(),
                  "aip: there is more than one onCancel(): only one of them would be called");
    static_assert(!HearsBegins<T> || isOne_onTaskBegin<T>(),
                  "aip: there is more than one onTaskBegin(): only one of them would be called");
    static_assert(!HearsEnds<T> || isOne_onTaskEnd<T>(),
                  "aip: there is more than one onTaskEnd(): only one of them would be called");
    static constexpr bool fine = Describes<T> && std::is_default_constructible_v<T>;
};

}  // namespace detail
}  // namespace aip
