#pragma once

#include "http/exchange.h"

#include <string>
#include <string_view>

/// What the status of an MCP server's answer over HTTP means. Pure.
namespace aip::runner {

bool isGood(int status);

/// An answer that is not good in words, with what helps to mend it.
std::string whyRefused(const http::ResponseHead& head, std::string_view body);

/// Whether it says that the session is not known. The protocol has 404 for that; servers that follow the example of the
/// official SDK answer 400, and a text about the session.
bool forgetsSession(int status, std::string_view body);

}  // namespace aip::runner
