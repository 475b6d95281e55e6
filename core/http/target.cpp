#include "http/target.h"

#include "network/http_url.h"

namespace aip::http {

std::string Target::resource() const {
    const std::string path = (url.path.empty() ? "/" : url.path) + url.query;
    return proxyReads() ? url.scheme + "://" + network::hostHeaderOf(url) + path : path;
}

std::string Target::place() const {
    return url.scheme + "://" + network::hostHeaderOf(url) + url.path;
}

}  // namespace aip::http
