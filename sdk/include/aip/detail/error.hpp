// Failing: the one exception an author throws, and the guard that turns every exception into a status.
#pragma once

#include "../abi.h"

#include <exception>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

namespace aip {

enum class Code : aip_status {
    invalid = AIP_INVALID,
    notFound = AIP_NOT_FOUND,
    unsupported = AIP_UNSUPPORTED,
    cancelled = AIP_CANCELLED,
    deadline = AIP_DEADLINE,
    denied = AIP_DENIED,
    unavailable = AIP_UNAVAILABLE,
    exhausted = AIP_EXHAUSTED,
    state = AIP_STATE,
    internal = AIP_INTERNAL,
};

/// The one way to fail: the code says what kind of failure, the text is for the reader at the server.
class Error : public std::runtime_error {
  public:
    Error(Code code, const std::string& text) : Error(static_cast<aip_status>(code), text) {}
    /// A code of your own is AIP_PLUGIN_STATUS (1000) or above.
    Error(aip_status code, const std::string& text)
        : std::runtime_error(text), _code(code == AIP_OK ? AIP_INTERNAL : code) {}

    aip_status code() const noexcept { return _code; }

    /// The same failure seen from one step further out: "`context`: text".
    Error within(std::string_view context) const { return {_code, std::string(context) + ": " + what()}; }

  private:
    aip_status _code;
};

namespace detail {

/// Runs `body`; whatever it throws goes to `report` as text and comes back as a status. Nothing gets past it.
template <typename Body, typename Report>
aip_status guarded(Body&& body, Report&& report) noexcept {
    try {
        body();
        return AIP_OK;
    } catch (const Error& error) {
        report(error.what());
        return error.code();
    } catch (const std::exception& error) {
        report(error.what());
        return AIP_INTERNAL;
    } catch (...) {
        report("an exception of unknown type");
        return AIP_INTERNAL;
    }
}

/// Runs `body`; a failure in it is reported as one at `place`.
template <typename Body>
decltype(auto) within(std::string_view place, Body&& body) {
    try {
        return std::forward<Body>(body)();
    } catch (const Error& error) {
        throw error.within(place);
    }
}

}  // namespace detail
}  // namespace aip
