#pragma once

#include "app/redaction.h"
#include "app/settings.h"
#include "base/thread_pool.h"

#include <atomic>
#include <functional>
#include <set>
#include <string>

namespace aip::app {

/// Reads the secrets of the connection again while the agent runs: token, proxy credentials, certificates and key. What
/// cannot be used leaves the old one in place, with a line in the log: once, and again at each reload.
///
/// Threads: any; nothing blocks. The files are read, and `use` is called, on a thread of its own.
/// Order: the log's redaction knows a new secret before `use` gets it.
/// Lifetime: the destructor waits until `use` has returned.
class CredentialKeeper {
  public:
    using Use = std::function<void(transport::Endpoint)>;

    /// `settings` as the connection uses them now.
    CredentialKeeper(const Settings& settings, Redaction redaction, Use use);

    /// The server, the proxy or TLS does not take what is in use. `use` is called if something else is there by now.
    void refused();

    /// The pins of `settings` count from now on. `use` is called in any case.
    void reload(const Settings& settings);

  private:
    bool renew();
    void report(const std::vector<base::Error>& faults);

    // Of the thread.
    Settings _settings;
    transport::Endpoint _endpoint;
    const Redaction _redaction;
    const Use _use;
    std::set<std::string> _reported;  ///< faults that have not ended since the last reload

    std::atomic<bool> _queued{false};  ///< refused() has asked
    base::ThreadPool _thread{1};       ///< last: its jobs use the members above
};

}  // namespace aip::app
