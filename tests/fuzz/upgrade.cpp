// The HTTP answer to the upgrade and to CONNECT, cut anywhere; the first byte seeds the cuts. Then an url of the same
// bytes.

#include "transport/upgrade.h"

#include "network/tunnel.h"
#include "require.h"
#include "transport/target.h"

#include <random>
#include <string>

using namespace aip::transport;

namespace {

constexpr const char* key = "dGhlIHNhbXBsZSBub25jZQ==";
constexpr std::string_view token = "fuzz-secret";

Target throughProxy() {
    Target target;
    target.host = "127.0.0.1";
    target.port = 80;
    target.path = "/ws";
    target.resource = "/ws?token=" + std::string(token);
    target.proxy = aip::network::Proxy{"127.0.0.1", 3128, ""};
    return target;
}

template <typename Cut>
std::string answeredBy(aip::network::HttpExchange&& exchange, std::string_view bytes, Cut cut) {
    while (!bytes.empty()) {
        const auto piece = bytes.substr(0, cut());
        bytes.remove_prefix(piece.size());
        switch (exchange.feed(piece)) {
            case Upgrade::State::waiting:
                break;
            case Upgrade::State::accepted:
                return "accepted, then " + std::string(exchange.rest()) + std::string(bytes);
            case Upgrade::State::refused:
                return "refused: " + exchange.refusal().text;
        }
    }
    return "waiting";
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const char* data, std::size_t size) {
    if (size == 0) {
        return 0;
    }
    std::minstd_rand random(static_cast<unsigned char>(*data));
    const std::string_view bytes(data + 1, size - 1);
    const auto atOnce = [&] { return bytes.size(); };
    const auto inPieces = [&] { return 1 + random() % 64; };
    const auto whole = answeredBy(Upgrade(throughProxy(), key), bytes, atOnce);
    const auto pieces = answeredBy(Upgrade(throughProxy(), key), bytes, inPieces);
    require(whole.starts_with("accepted") == pieces.starts_with("accepted"), "the cuts do not decide");
    require(!whole.starts_with("accepted") || whole == pieces, "no byte after the answer is lost");
    answeredBy(aip::network::Tunnel("127.0.0.1:80", *throughProxy().proxy, "server.url"), bytes, inPieces);

    Endpoint endpoint;
    endpoint.url = bytes;
    endpoint.token = token;
    if (auto target = parseEndpoint(endpoint); !target) {
        require(target.error().text().find(token) == std::string::npos, "an error does not hold the token");
    }
    return 0;
}
