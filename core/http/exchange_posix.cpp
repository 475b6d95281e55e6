#include "base/descriptor.h"
#include "http/exchange.h"

#include <Poco/Exception.h>
#include <Poco/Net/Context.h>
#include <Poco/Net/HTTPRequest.h>
#include <Poco/Net/HTTPResponse.h>
#include <Poco/Net/HTTPSClientSession.h>
#include <Poco/Net/MediaType.h>
#include <Poco/Net/NetException.h>
#include <Poco/Net/SSLException.h>
#include <Poco/Net/SocketImpl.h>
#include <Poco/Net/StreamSocket.h>
#include <Poco/String.h>
#include <Poco/Timespan.h>
#include <Poco/URI.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>

#include <algorithm>
#include <exception>
#include <istream>
#include <mutex>
#include <ostream>

#include <fcntl.h>
#include <sys/socket.h>

namespace aip::http {
namespace {

using base::Code;
using base::Error;
using base::Result;
using Poco::Net::HTTPClientSession;

constexpr std::size_t pieceSize = 64UL << 10U;
constexpr long silence = 24L * 3600;  ///< seconds; whoever waits for less cancels

Poco::Timespan spanOf(std::chrono::milliseconds time) {
    return {0, static_cast<long>(time.count()) * 1000};
}

void freeInfos(STACK_OF(X509_INFO) * infos) {
    sk_X509_INFO_pop_free(infos, X509_INFO_free);
}

/// Who is named is trusted, be it the root of a chain, an issuer in between or the server itself.
void trust(const Poco::Net::Context& context, const std::string& pem) {
    const std::unique_ptr<BIO, decltype(&BIO_free)> bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())),
                                                        BIO_free);
    const std::unique_ptr<STACK_OF(X509_INFO), decltype(&freeInfos)> infos(
        PEM_X509_INFO_read_bio(bio.get(), nullptr, nullptr, nullptr), freeInfos);
    X509_STORE* store = SSL_CTX_get_cert_store(context.sslContext());
    int added = 0;
    for (int i = 0; infos && i < sk_X509_INFO_num(infos.get()); ++i) {
        const X509_INFO* info = sk_X509_INFO_value(infos.get(), i);
        added += info->x509 != nullptr && X509_STORE_add_cert(store, info->x509) == 1 ? 1 : 0;
    }
    ERR_clear_error();
    if (added == 0) {
        throw Poco::Net::SSLContextException("ca_file holds a broken certificate");
    }
    X509_STORE_set_flags(store, X509_V_FLAG_PARTIAL_CHAIN);
}

std::unique_ptr<HTTPClientSession> sessionFor(const Poco::URI& url, const Target& target) {
    if (url.getScheme() != "https") {
        return std::make_unique<HTTPClientSession>(url.getHost(), url.getPort());
    }
    using Poco::Net::Context;
    const Context::Ptr context = new Context(Context::TLS_CLIENT_USE, "", "", "", Context::VERIFY_STRICT, 9,
                                             target.authorities.empty(), "ALL:!ADH:!LOW:!EXP:!MD5:@STRENGTH");
    if (!target.authorities.empty()) {
        trust(*context, target.authorities);
    }
    return std::make_unique<Poco::Net::HTTPSClientSession>(url.getHost(), url.getPort(), context);
}

std::string typeOf(const Poco::Net::HTTPResponse& response) {
    const auto& type = response.getContentType();
    return Poco::toLower(Poco::trim(type.substr(0, type.find(';'))));
}

}  // namespace

struct Exchange::Parts {
    std::mutex mutex;  ///< of what cancel() uses
    bool cancelled = false;
    base::Descriptor connection;  ///< a copy of that of the socket, which POCO may close at any time
    std::unique_ptr<HTTPClientSession> session;
    std::istream* content = nullptr;
};

std::string whyNotUrl(const std::string& url) {
    try {
        const Poco::URI parsed(url);
        if (parsed.getScheme() != "http" && parsed.getScheme() != "https") {
            return "it does not begin with http:// or https://";
        }
        return parsed.getHost().empty() ? "it names no host" : parsed.getUserInfo().empty() ? "" : "it holds a user";
    } catch (const Poco::Exception&) {
        return "it is not a URL";
    }
}

Exchange::Exchange(Target target) : _target(std::move(target)), _parts(std::make_unique<Parts>()) {}

Exchange::~Exchange() = default;

namespace {

/// What POCO throws, as an error.
Error failed(const std::string& what, const std::exception& why) {
    const auto* known = dynamic_cast<const Poco::Exception*>(&why);
    return {Code::unavailable, what + ": " + (known != nullptr ? known->displayText() : why.what())};
}

}  // namespace

Result<ResponseHead> Exchange::send(const Request& request) {
    const std::string place = _target.url.substr(0, _target.url.find('?'));
    try {
        const Poco::URI url(_target.url);
        auto session = sessionFor(url, _target);
        session->setTimeout(spanOf(_target.connectTimeout), spanOf(_target.connectTimeout), Poco::Timespan(silence, 0));
        const std::string path = url.getPathAndQuery().empty() ? "/" : url.getPathAndQuery();
        Poco::Net::HTTPRequest asked(request.method, path, Poco::Net::HTTPMessage::HTTP_1_1);
        asked.setKeepAlive(false);
        for (const auto& [name, value] : request.headers) {
            asked.set(name, value);
        }
        asked.setContentLength64(static_cast<Poco::Int64>(request.body.size()));
        _parts->session = std::move(session);
        std::ostream& out = _parts->session->sendRequest(asked);
        {
            const std::lock_guard lock(_parts->mutex);
            if (_parts->cancelled) {
                return Error(Code::cancelled, "the request was cancelled");
            }
            const int socket = _parts->session->socket().impl()->sockfd();
            _parts->connection = base::Descriptor(::fcntl(socket, F_DUPFD_CLOEXEC, 0));
        }
        out.write(request.body.data(), static_cast<std::streamsize>(request.body.size()));
        out.flush();
        Poco::Net::HTTPResponse response;
        _parts->content = &_parts->session->receiveResponse(response);
        return ResponseHead{response.getStatus(), typeOf(response), response.get("Mcp-Session-Id", "")};
    } catch (const std::exception& why) {
        return failed(place, why);
    }
}

Result<std::string> Exchange::read() {
    try {
        std::streambuf* const buffer = _parts->content->rdbuf();
        if (buffer->sgetc() == std::streambuf::traits_type::eof()) {
            return std::string();
        }
        const auto available = std::clamp<std::streamsize>(buffer->in_avail(), 1, pieceSize);
        std::string piece(static_cast<std::size_t>(available), '\0');
        piece.resize(static_cast<std::size_t>(buffer->sgetn(piece.data(), available)));
        return piece;
    } catch (const std::exception& why) {
        return failed(_target.url.substr(0, _target.url.find('?')), why);
    }
}

void Exchange::cancel() {
    const std::lock_guard lock(_parts->mutex);
    _parts->cancelled = true;
    if (_parts->connection) {
        ::shutdown(_parts->connection.get(), SHUT_RDWR);
    }
}

}  // namespace aip::http
