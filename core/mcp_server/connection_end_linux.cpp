#include "mcp_server/connection_end.h"

#include <poll.h>

namespace aip::mcp_server {

bool isEnded(int socket) {
    pollfd asked{socket, POLLRDHUP, 0};
    return ::poll(&asked, 1, 0) > 0;
}

}  // namespace aip::mcp_server
