#pragma once

#include "json.h"
#include "table.h"

#include <string>

/// The answers of the agent for people. Pure. What an agent does not say is left out.
namespace aip::agentctl {

std::string statusView(Json status);
std::string pluginsView(Json plugins);
std::string callsView(Json calls);
std::string toolsView(Json tools);
/// A JSON value, a member or an item a line.
std::string valueView(Json value);

/// For those who draw them again and again.
Table callsTable(Json calls);

}  // namespace aip::agentctl
