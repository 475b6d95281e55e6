// What a test gives to a tool and gets back.
#pragma once

#include "../../abi.h"
#include "../error.hpp"
#include "../json.hpp"
#include "../read.hpp"
#include "../write.hpp"

#include <chrono>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace aip::testing {

/// The parameters of a call or the settings of a plugin: {{"name", "Ann"}, {"times", 2}}, an aip::Object, or any text
/// as aip::Json.
class Parameters {
  public:
    Parameters() = default;
    Parameters(std::initializer_list<Object::Member> members) : _text(Object(members).text()) {}
    Parameters(const Object& object) : _text(object.text()) {}
    Parameters(Json json) : _text(std::move(json.text)) {}

    const std::string& text() const { return _text; }

  private:
    std::string _text = "{}";
};

/// What a tool said on its way.
struct Progress {
    std::uint32_t permille = 0;
    std::string text;

    bool operator==(const Progress&) const = default;
};

/// What a tool handed over for the server (Call::sendFile, Call::sendBytes).
struct File {
    std::string name;
    std::string mimeType;
    std::string bytes;

    bool operator==(const File&) const = default;
};

/// A line of the plugin's log; `level` is an AIP_LOG_ value.
struct LogLine {
    std::int32_t level = AIP_LOG_INFO;
    std::string text;

    bool operator==(const LogLine&) const = default;
};

/// How a call ended, as the agent would take it.
struct Answer {
    aip_status status = AIP_INTERNAL;
    std::string json;   ///< the result if `status` is AIP_OK: "null" if none was set
    std::string error;  ///< why, if it is not
    std::vector<Progress> progress;
    std::vector<File> files;
    std::chrono::nanoseconds took{};

    bool ok() const { return status == AIP_OK; }
    bool is(Code code) const { return status == static_cast<aip_status>(code); }

    /// The result as a C++ value. Throws aip::Error: with the status and text of a call that failed, INVALID if the
    /// result is not an R.
    template <typename R>
    R as() const {
        static_assert(!std::is_same_v<R, std::string_view>, "nobody would own the text: take a std::string");
        if (!ok()) {
            throw Error(status, error);
        }
        if constexpr (!std::is_void_v<R>) {
            return aip::detail::within("result", [this] { return aip::detail::readJson<R>(json); });
        }
    }
};

}  // namespace aip::testing
