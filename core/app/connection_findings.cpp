#include "app/connection_findings.h"

#include "base/json_text.h"

#include <algorithm>
#include <iterator>
#include <string>
#include <string_view>

namespace aip::app {
namespace {

using lifecycle::ConnectionFailure;
using transport::Obstacle;

struct FailureRow {
    std::string_view step;  ///< empty: any
    bool (*fits)(const ConnectionFailure&);
    Found found;
};

bool always(const ConnectionFailure& /*failure*/) {
    return true;
}

template <Obstacle obstacle>
bool is(const ConnectionFailure& failure) {
    return failure.obstacle == obstacle;
}

template <int first, int last = first>
bool http(const ConnectionFailure& failure) {
    return failure.httpStatus >= first && failure.httpStatus <= last;
}

/// The first that fits.
constexpr FailureRow failureRows[] = {
    {"", is<Obstacle::shortage>, Found::shortage},
    {"", is<Obstacle::certificateWanted>, Found::certificateWanted},
    {"resolve", always, Found::noName},
    {"connect", is<Obstacle::noRoute>, Found::noRoute},
    {"connect", is<Obstacle::refused>, Found::nobodyThere},
    {"connect", is<Obstacle::silence>, Found::noAnswer},
    {"", is<Obstacle::untrusted>, Found::untrusted},
    {"", is<Obstacle::otherName>, Found::otherName},
    {"", is<Obstacle::otherKey>, Found::otherKey},
    {"", is<Obstacle::expired>, Found::expired},
    {"", is<Obstacle::notYetValid>, Found::notYetValid},
    {"tls", is<Obstacle::noRoute>, Found::noRoute},
    {"tls", is<Obstacle::refused>, Found::nobodyThere},
    {"connect", always, Found::notReached},
    {"proxy", is<Obstacle::notHttp>, Found::notAProxy},
    {"proxy", is<Obstacle::cut>, Found::proxyCuts},
    {"proxy", http<429>, Found::proxyBusy},
    {"proxy", http<500, 599>, Found::proxyInVain},
    {"proxy", always, Found::proxyRefuses},
    {"tls", is<Obstacle::plaintext>, Found::noTls},
    {"tls", is<Obstacle::silence>, Found::tlsSilence},
    {"tls", is<Obstacle::cut>, Found::tlsCut},
    {"tls", always, Found::tlsFails},
    {"upgrade", is<Obstacle::tls>, Found::tlsThere},
    {"upgrade", is<Obstacle::cut>, Found::upgradeCut},
    {"upgrade", is<Obstacle::silence>, Found::upgradeSilence},
    {"upgrade", http<300, 399>, Found::redirected},
    {"upgrade", is<Obstacle::notHttp>, Found::notHttp},
    {"upgrade", http<200, 299>, Found::webPage},
    {"upgrade", http<404>, Found::nothingThere},
    {"upgrade", http<407>, Found::proxyBetween},
    {"upgrade", http<426>, Found::otherProtocol},
    {"upgrade", http<429>, Found::tooManyAttempts},
    {"upgrade", http<500, 599>, Found::serverFails},
    {"upgrade", http<401>, Found::tokenRefused},
    {"upgrade", http<403>, Found::tokenRefused},
    {"upgrade", always, Found::upgradeRefused},
    {lifecycle::registerStep, is<Obstacle::silence>, Found::registrationSilence},
    {lifecycle::registerStep, is<Obstacle::cut>, Found::registrationCut},
    {lifecycle::registerStep, always, Found::registrationRefused},
    {"", always, Found::connectionLost},
};

/// What most servers that look at dates allow.
constexpr std::chrono::seconds mostSkew{120};

}  // namespace

Findings connectionFindings(const ConnectionFailure& failure) {
    Findings findings;
    if (failure.failed.empty()) {
        return findings;
    }
    const auto* row = std::ranges::find_if(failureRows, [&failure](const FailureRow& each) {
        return (each.step.empty() || each.step == failure.failed) && each.fits(failure);
    });
    findings.add({row->found, "", "", failure.failed + ": failed: " + failure.why});
    return findings;
}

Findings clockFindings(std::optional<std::chrono::seconds> ahead) {
    Findings findings;
    if (ahead && std::chrono::abs(*ahead) > mostSkew) {
        findings.add({Found::clockSkew, "", "",
                      "the clock of this device is " + std::to_string(std::chrono::abs(*ahead).count()) + " s " +
                          (ahead->count() > 0 ? "ahead of" : "behind") + " that of the server"});
    }
    return findings;
}

}  // namespace aip::app
