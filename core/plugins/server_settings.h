#pragma once

#include "admission/manifest.h"
#include "hosting/server_spec.h"

#include <chrono>
#include <cstdint>
#include <string>

namespace aip::plugins {

/// What the configuration says about one MCP server.
struct ServerSettings {
    bool enabled = true;
    bool lazy = false;  ///< started with its first call, if its tools are known from an earlier start
    hosting::ServerSpec spec{};
    std::string headersFile{};                       ///< what spec.headers are read from; empty: none
    std::string proxyCredentialsFile{};              ///< the same for spec.proxy.credentials
    std::uint32_t concurrency = 16;                  ///< calls at once
    std::chrono::milliseconds startTimeout{60'000};  ///< until it has listed its tools
};

/// The manifest of the server `name`, made in memory. Its tools come at run time.
admission::Manifest manifestOf(const std::string& name, const ServerSettings& settings);

}  // namespace aip::plugins
