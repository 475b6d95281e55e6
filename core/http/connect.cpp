#include "http/connect.h"

#include "http/blocking_stream.h"
#include "network/address_plan.h"
#include "network/http_url.h"
#include "network/resolver.h"
#include "network/tcp_stream.h"
#include "network/tunnel.h"

#include <array>
#include <string>
#include <utility>

namespace aip::http {
namespace {

using base::Code;
using base::Error;
using base::Result;
using network::AddressPlan;
using network::Stream;
using network::Tunnel;
using Clock = std::chrono::steady_clock;
using StreamPtr = std::unique_ptr<Stream>;

Result<StreamPtr> openOne(const AddressPlan& plan, std::uint16_t port) {
    auto stream = network::openTcp(plan.address(), port);
    if (!stream) {
        return stream;
    }
    auto done = finishConnecting(**stream, plan.connectDeadline(Clock::now()), "no answer in time");
    return done ? std::move(stream) : std::move(done).error();
}

/// To the first address that takes the connection.
Result<StreamPtr> openAny(const std::string& host, std::uint16_t port, TimePoint end) {
    const auto addresses = network::resolve(host);
    if (!addresses) {
        return addresses.error();
    }
    AddressPlan plan(network::interleaved(*addresses), end);
    std::string attempts;
    while (plan.next()) {
        auto stream = openOne(plan, port);
        if (stream) {
            return stream;
        }
        attempts += (attempts.empty() ? "" : ", ") + plan.address() + " port " + std::to_string(port) + ": " +
                    stream.error().text();
    }
    return Error(Code::unavailable, "cannot connect to " + host + " (" + attempts + ")");
}

Result<void> leadThrough(Stream& stream, Tunnel tunnel, TimePoint end) {
    if (auto asked = writeAll(stream, tunnel.request(), end); !asked) {
        return asked;
    }
    for (auto state = Tunnel::State::waiting; state != Tunnel::State::accepted;) {
        std::array<char, 4096> bytes{};
        auto got = readSome(stream, bytes, end);
        if (!got) {
            return std::move(got).error().within("the proxy, during CONNECT");
        }
        if (*got == 0) {
            return Error(Code::unavailable, "the proxy cut the connection during CONNECT");
        }
        state = tunnel.feed({bytes.data(), *got});
        if (state == Tunnel::State::refused) {
            return Error(Code::unavailable, tunnel.refusal().text);
        }
    }
    return {};
}

Result<StreamPtr> secured(StreamPtr below, const Target& target, TimePoint end) {
    if (!target.tls) {
        return Error(Code::internal, "https:// without a TLS context");
    }
    auto stream = target.tls->secure(std::move(below), target.url.host);
    auto done = finishConnecting(*stream, end, "no answer to the TLS handshake in time");
    return done ? Result<StreamPtr>(std::move(stream)) : std::move(done).error();
}

}  // namespace

Result<StreamPtr> connect(const Target& target) {
    const auto end = Clock::now() + target.connectTimeout;
    const auto& proxy = target.proxy;
    auto stream = proxy ? openAny(proxy->host, proxy->port, end)
                        : openAny(network::zoned(target.url.host, target.url.zone), network::httpPort(target.url), end);
    if (!stream) {
        return proxy ? std::move(stream).error().within("the proxy of " + proxy->origin.setting) : std::move(stream);
    }
    if (!target.secure()) {
        return stream;
    }
    if (proxy) {
        auto led = leadThrough(**stream, Tunnel(network::authorityOf(target.url), *proxy, target.urlSetting), end);
        if (!led) {
            return std::move(led).error();
        }
    }
    return secured(*std::move(stream), target, end);
}

}  // namespace aip::http
