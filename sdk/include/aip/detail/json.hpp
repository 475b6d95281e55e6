// JSON as text: any value as it came, and objects written member by member.
#pragma once

#include "text.hpp"

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace aip {

/// Any JSON value as text: as a parameter it is what was sent, as a result it is passed on as it is.
struct Json {
    std::string text = "null";
};

namespace detail {
template <typename T>
void write(std::string& out, const T& value);
}

/// A JSON object, written straight to text; members stand in the order in which they are set.
///     return aip::Object{{"success", true}, {"exit_code", 0}};
///     return aip::Object().set("success", false).set("error", text);
class Object {
  public:
    struct Member {
        template <typename T>
        Member(std::string_view name, const T& value) : text(detail::jsonString(name) + ":") {
            detail::write(text, value);
        }
        std::string text;
    };

    Object() = default;
    Object(std::initializer_list<Member> members) {
        for (const auto& member : members) {
            begin();
            _text += member.text;
            _text += '}';
        }
    }

    /// A name is set once: a second member of the same name would be written too.
    template <typename T>
    Object& set(std::string_view name, const T& value) & {
        begin();
        detail::appendString(_text, name);
        _text += ':';
        detail::write(_text, value);
        _text += '}';
        return *this;
    }

    template <typename T>
    Object&& set(std::string_view name, const T& value) && {
        return std::move(set(name, value));
    }

    const std::string& text() const& { return _text; }
    std::string text() && { return std::move(_text); }

  private:
    void begin() {
        _text.back() = ',';
        if (_text.size() == 2) {
            _text.pop_back();
        }
    }

    std::string _text = "{}";
};

}  // namespace aip
