#pragma once

#include "network/proxy.h"
#include "network/tls.h"
#include "network/url.h"

#include <chrono>
#include <memory>
#include <optional>
#include <string>

namespace aip::http {

/// Where requests go.
struct Target {
    network::Url url;
    std::shared_ptr<const network::TlsContext> tls;  ///< of https://; null for http://
    std::optional<network::Proxy> proxy;
    std::string urlSetting = "url";  ///< names the url in texts
    std::chrono::milliseconds connectTimeout{10'000};
    std::chrono::milliseconds silence = std::chrono::hours(24);  ///< until the next bytes of an answer

    bool secure() const { return url.scheme == "https"; }
    /// What stands in the request: path and query, or the whole url if a proxy is to read it.
    std::string resource() const;
    /// For people: the url without its query.
    std::string place() const;
    /// A proxy that takes the request itself: with http://. With https:// it gets a CONNECT.
    bool proxyReads() const { return proxy && !secure(); }
};

}  // namespace aip::http
