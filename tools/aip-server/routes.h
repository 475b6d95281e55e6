#pragma once

#include "hub.h"
#include "tasks.h"

#include <string>

namespace aip::server {

struct RestRequest {
    std::string method;
    std::string path;  ///< decoded, without the query
    std::string body;
};

struct RestResponse {
    int status;
    std::string body;  ///< JSON; of an error {"detail": text}
};

RestResponse restError(int status, std::string_view detail);

/// The REST interface, after the key was checked. May wait as long as a command's timeout. Any thread.
class Routes {
  public:
    Routes(Hub& hub, Tasks& tasks) : _hub(hub), _tasks(tasks) {}

    RestResponse answer(const RestRequest& request) const;

  private:
    struct Route;

    RestResponse health(const std::string& parameter, const std::string& body) const;
    RestResponse clients(const std::string& parameter, const std::string& body) const;
    RestResponse client(const std::string& parameter, const std::string& body) const;
    RestResponse taskResult(const std::string& parameter, const std::string& body) const;
    RestResponse dispatch(const std::string& parameter, const std::string& body) const;
    RestResponse commands(const std::string& parameter, const std::string& body) const;
    RestResponse taskEnd(const std::string& parameter, const std::string& body) const;

    Hub& _hub;
    Tasks& _tasks;
};

}  // namespace aip::server
