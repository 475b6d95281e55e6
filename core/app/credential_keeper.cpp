#include "app/credential_keeper.h"

#include "app/connection.h"
#include "base/log.h"

#include <utility>

namespace aip::app {

CredentialKeeper::CredentialKeeper(const Settings& settings, Redaction redaction, Use use)
    : _settings(settings),
      _endpoint(settings.session.endpoint),
      _redaction(std::move(redaction)),
      _use(std::move(use)) {}

void CredentialKeeper::refused() {
    if (_queued.exchange(true)) {
        return;
    }
    _thread.run([this] {
        _queued = false;
        if (renew()) {
            _use(_endpoint);
        }
    });
}

void CredentialKeeper::reload(const Settings& settings) {
    _thread.run([this, settings] {
        _settings = settings;
        _reported.clear();
        if (!renew() && _reported.empty()) {
            base::log::info("reload: token, certificates, keys and proxy credentials are what they were");
        }
        _use(_endpoint);
    });
}

/// True if something has changed.
bool CredentialKeeper::renew() {
    Renewal renewal = renewed(_endpoint, _settings);
    _endpoint = std::move(renewal.endpoint);
    _redaction.learn(_endpoint);
    report(renewal.faults);
    for (const auto& setting : renewal.changed) {
        base::log::info("{} has changed: the next connection uses what is there now", setting);
    }
    return !renewal.changed.empty();
}

void CredentialKeeper::report(const std::vector<base::Error>& faults) {
    std::set<std::string> now;
    for (const auto& fault : faults) {
        const bool told = _reported.contains(fault.text());
        base::log::line(told ? base::log::Level::debug : base::log::Level::warn,
                        "what was read before stays in use: {}", fault.text());
        now.insert(fault.text());
    }
    _reported = std::move(now);
}

}  // namespace aip::app
