#include "runner/http_host.h"

#include "base/json_text.h"
#include "http/sse_reader.h"

#include <aip/abi.h>

#include <algorithm>
#include <system_error>
#include <thread>
#include <utility>

namespace aip::runner {
namespace {

using base::Code;
using hosting::Call;
using hosting::Outcome;
using hosting::Refusal;
using std::chrono::milliseconds;
namespace reason = hosting::reason;

constexpr std::size_t aroundResult = 1UL << 20U;  ///< bytes of a message that are not the result
constexpr std::size_t shownOfBody = 200;
constexpr int mostResumptions = 10;
constexpr milliseconds retryDefault{1'000};
constexpr milliseconds listenPause{5'000};
constexpr milliseconds farewell{2'000};
constexpr std::chrono::hours longestWait{1};
constexpr int unauthorized = 401;
constexpr int forbidden = 403;
constexpr int notFound = 404;
constexpr const char* bothTypes = "application/json, text/event-stream";
constexpr const char* eventStream = "text/event-stream";

bool isGood(int status) {
    return status >= 200 && status < 300;
}

/// Names outside ASCII cannot stand in a header.
bool isPlainHeader(std::string_view text) {
    return std::ranges::all_of(text, [](char c) { return c >= ' ' && c < '\x7f'; });
}

std::string whyRefused(int status, const std::string& body) {
    std::string why = "the server answers with HTTP " + std::to_string(status);
    if (status == unauthorized || status == forbidden) {
        why += ": what headers_file holds does not let us in";
    }
    return body.empty() ? why : why + ": " + base::readable(body, shownOfBody);
}

}  // namespace

base::Result<std::unique_ptr<Hosted>, Refusal> HttpHost::start(const hosting::ServerSpec& server,
                                                               ToolSessionSettings settings,
                                                               const HostedWiring& wiring) {
    std::unique_ptr<HttpHost> host(new HttpHost(server, std::move(settings), wiring));
    host->dispatch(host->apply([](ToolSession& tools) { return tools.open(); }));
    auto opening = host->_tools.waitFor([](const ToolSession& tools) { return tools.opening().has_value(); },
                                        [](const ToolSession& tools) { return *tools.opening(); });
    if (!opening) {
        return std::move(opening).error();
    }
    const bool ready = host->run([raw = host.get()] { raw->keepTime(); });
    const bool modern = host->_tools.with([](const ToolSession& tools) { return tools.client().isModern(); });
    if (!ready || (!modern && !host->run([raw = host.get()] { raw->listenForChanges(); }))) {
        return Refusal{reason::shortage, "no thread can be made for the server"};
    }
    return std::unique_ptr<Hosted>(std::move(host));
}

HttpHost::HttpHost(const hosting::ServerSpec& server, ToolSessionSettings settings, const HostedWiring& wiring)
    : _server(server),
      _longest(settings.maxResultSize + aroundResult),
      _log(wiring.log),
      _toolsChanged(wiring.toolsChanged),
      _tools(std::move(settings)) {}

HttpHost::~HttpHost() {
    _traffic.with([](Traffic& traffic) {
        traffic.stopping = true;
        for (const auto& [id, exchange] : traffic.requests) {
            exchange->cancel();
        }
        for (const auto& other : traffic.others) {
            if (const auto exchange = other.lock()) {
                exchange->cancel();
            }
        }
    });
    _traffic.notify();
    _tools.with([this](const ToolSession&) { _over = true; });
    _tools.notify();
    _traffic.waitFor([](const Traffic& traffic) { return traffic.threads == 0; }, [](const Traffic&) {});
    endSession();
}

base::Result<std::string> HttpHost::listTools() const {
    return _tools.with([](const ToolSession& tools) { return tools.tools(); });
}

void HttpHost::invoke(std::shared_ptr<Call> call, Keeper keeper, Done done) {
    if (call->request().kind != Call::Kind::execute) {
        done(Outcome::failure(Code::unsupported, "a server tells nothing about the device"));
        return;
    }
    const auto now = std::chrono::steady_clock::now();
    dispatch(apply(
        [&](ToolSession& tools) { return tools.invoke(std::move(call), std::move(keeper), std::move(done), now); }));
}

void HttpHost::cancel(std::string_view callId) {
    dispatch(apply([&](ToolSession& tools) { return tools.cancel(callId); }));
}

/// Carries out the effects, but for the messages, which it returns.
template <typename Use>
HttpHost::Messages HttpHost::apply(Use&& use) {
    auto effects = _tools.with([&](ToolSession& tools) { return std::forward<Use>(use)(tools); });
    for (const auto id : effects.givenUp) {
        const auto exchange = _traffic.with([id](const Traffic& traffic) {
            const auto found = traffic.requests.find(id);
            return found == traffic.requests.end() ? nullptr : found->second;
        });
        if (exchange) {
            exchange->cancel();
        }
    }
    tell(effects, _log);
    _tools.notify();  // the opening, or another time to wait until
    if (effects.listed && _toolsChanged) {
        _toolsChanged();
    }
    return std::move(effects.send);
}

/// Does not block: a thread of its own delivers them.
void HttpHost::dispatch(Messages messages) {
    if (messages.empty() || run([this, messages] { deliver(messages); })) {
        return;
    }
    for (const auto& message : messages) {
        const auto now = std::chrono::steady_clock::now();
        apply([&](ToolSession& tools) { return tools.lost(message.id, "no thread can be made for it", now); });
    }
}

/// False if the system has no thread, or the host stops.
bool HttpHost::run(std::function<void()> job) {
    const bool wanted = _traffic.with([](Traffic& traffic) {
        traffic.threads += traffic.stopping ? 0 : 1;
        return !traffic.stopping;
    });
    const auto over = [this] {
        _traffic.with([this](Traffic& traffic) {
            --traffic.threads;
            _traffic.notify();  // with the mutex held: after it the host may be gone
        });
    };
    try {
        if (wanted) {
            std::thread([job = std::move(job), over] {
                job();
                over();
            }).detach();
        }
    } catch (const std::system_error&) {
        over();
        return false;
    }
    return wanted;
}

/// In their order; a request that is not the last one has a thread of its own.
void HttpHost::deliver(const Messages& messages) {
    for (std::size_t i = 0; i < messages.size(); ++i) {
        const bool isRequest = messages[i].id != 0;
        if (isRequest && i + 1 < messages.size()) {
            dispatch({messages[i]});
        } else {
            deliver(messages[i]);
        }
    }
}

void HttpHost::deliver(const mcp::Outgoing& message) {
    const bool modern = _tools.with([](const ToolSession& tools) { return tools.client().isModern(); });
    if (modern && message.method == "notifications/cancelled") {
        return;  // the closed connection tells
    }
    const std::string used = session();
    Ended ended = exchange(message, used);
    if (ended.forgotten && !used.empty()) {
        renewSession(used);
        ended = exchange(message, session());
    }
    if (message.id != 0) {
        const auto now = std::chrono::steady_clock::now();
        const std::string why = ended.why.empty() ? "the server has ended its answer without a result" : ended.why;
        carryOn(apply([&](ToolSession& tools) { return tools.lost(message.id, why, now); }));
    } else if (!ended.why.empty() && _log && !stopping()) {
        _log(AIP_LOG_DEBUG, std::string(message.method) + ": " + ended.why);
    }
}

/// What the server's message has led to is sent by the thread that has read it.
void HttpHost::carryOn(Messages messages) {
    if (!messages.empty()) {
        dispatch(std::move(messages));
    }
}

http::Headers HttpHost::headersFor(const mcp::Outgoing& message, const std::string& session) const {
    http::Headers headers{{"Accept", bothTypes}, {"Content-Type", "application/json"}, {"User-Agent", "aip-agent"}};
    for (const auto& header : _server.headers) {
        const auto colon = header.find(':');
        headers.emplace_back(header.substr(0, colon), header.substr(std::min(header.size(), colon + 2)));
    }
    const auto [revision, modern] = _tools.with([](const ToolSession& tools) {
        return std::pair(std::string(tools.client().revision()), tools.client().isModern());
    });
    const bool discovers = message.method == "server/discover";
    if (message.method != "initialize" && (discovers || !revision.empty())) {
        headers.emplace_back("MCP-Protocol-Version", discovers ? std::string(mcp::modernRevision) : revision);
    }
    if ((modern || discovers) && !message.method.empty()) {
        headers.emplace_back("Mcp-Method", message.method);
        if (!message.tool.empty() && isPlainHeader(message.tool)) {
            headers.emplace_back("Mcp-Name", message.tool);
        }
    }
    if (!session.empty() && message.method != "initialize") {
        headers.emplace_back("Mcp-Session-Id", session);
    }
    return headers;
}

HttpHost::Ended HttpHost::exchange(const mcp::Outgoing& message, const std::string& session) {
    const auto exchange = open(message.id);
    if (!exchange) {
        return {false, "the server is given up"};
    }
    const auto head = exchange->send({"POST", headersFor(message, session), message.json});
    if (!head) {
        close(message.id);
        return {false, head.error().text()};
    }
    if (message.method == "initialize" && isGood(head->status)) {
        _traffic.with([&](Traffic& traffic) { traffic.session = head->session; });
    }
    Ended ended = readAnswer(exchange, *head, message);
    close(message.id);
    return ended;
}

HttpHost::Ended HttpHost::readAnswer(const ExchangePtr& exchange, const http::ResponseHead& head,
                                     const mcp::Outgoing& message) {
    if (isGood(head.status) && head.type == eventStream) {
        std::string lastId;
        milliseconds retry = retryDefault;
        Ended ended = readEvents(exchange, lastId, retry);
        return resume(message, std::move(lastId), retry, std::move(ended));
    }
    std::string body;
    for (auto piece = exchange->read(); piece && !piece->empty(); piece = exchange->read()) {
        body += *piece;
        if (body.size() > _longest) {
            return {false, "the server's answer is longer than " + std::to_string(_longest) + " bytes"};
        }
    }
    const bool mayBeAnswer = head.type == "application/json" && message.id != 0;
    if (mayBeAnswer && (isGood(head.status) || body.find("\"jsonrpc\"") != std::string::npos) &&
        head.status != notFound) {
        const auto now = std::chrono::steady_clock::now();
        carryOn(apply([&](ToolSession& tools) { return tools.take(body, now); }));
    }
    if (isGood(head.status)) {
        return {false, mayBeAnswer || message.id == 0
                           ? ""
                           : "the server's answer is of the type '" + base::readable(head.type, shownOfBody) + "'"};
    }
    return {head.status == notFound, whyRefused(head.status, body)};
}

HttpHost::Ended HttpHost::readEvents(const ExchangePtr& exchange, std::string& lastId, milliseconds& retry) {
    http::SseReader events(_longest);
    const auto take = [&](std::string_view data) {
        const auto now = std::chrono::steady_clock::now();
        carryOn(apply([&](ToolSession& tools) { return tools.take(data, now); }));
    };
    auto piece = exchange->read();
    for (; piece && !piece->empty(); piece = exchange->read()) {
        if (!events.feed(*piece, take)) {
            return {false, "an event of the server is longer than " + std::to_string(_longest) + " bytes"};
        }
        lastId = events.lastId().empty() ? lastId : events.lastId();
        retry = events.retry().value_or(retry);
    }
    return {false, piece ? "" : piece.error().text()};
}

/// A server may close the stream before the answer, and go on where the client asks it to.
HttpHost::Ended HttpHost::resume(const mcp::Outgoing& message, std::string lastId, milliseconds retry, Ended before) {
    for (int i = 0; i < mostResumptions && !lastId.empty() && isOpen(message.id) && pause(retry); ++i) {
        const auto exchange = open(message.id);
        if (!exchange) {
            return before;
        }
        auto headers = headersFor(message, session());
        headers.front().second = eventStream;
        headers.emplace_back("Last-Event-ID", lastId);
        const auto head = exchange->send({"GET", std::move(headers), ""});
        if (!head || !isGood(head->status) || head->type != eventStream) {
            return before;
        }
        before = readEvents(exchange, lastId, retry);
    }
    return before;
}

/// Only one thread does that, whoever else has been told that the session is forgotten.
void HttpHost::renewSession(const std::string& forgotten) {
    const std::lock_guard lock(_renewing);
    if (session() != forgotten) {
        return;
    }
    if (_log) {
        _log(AIP_LOG_INFO, "the server has forgotten the session: another one is made");
    }
    for (const auto& message : apply([](ToolSession& tools) { return tools.open(); })) {
        const Ended ended = exchange(message, {});
        const auto now = std::chrono::steady_clock::now();
        carryOn(apply([&](ToolSession& tools) { return tools.lost(message.id, ended.why, now); }));
    }
}

/// Of the revisions that have a stream for it; a server that has none says 405.
void HttpHost::listenForChanges() {
    const mcp::Outgoing nothing;
    milliseconds retry = listenPause;
    for (bool listens = true; listens && pause(milliseconds(0));) {
        const auto exchange = open(0);
        auto headers = headersFor(nothing, session());
        headers.front().second = eventStream;
        const auto head = exchange ? exchange->send({"GET", std::move(headers), ""})
                                   : base::Result<http::ResponseHead>(base::Error(Code::cancelled, ""));
        listens = !head || (isGood(head->status) && head->type == eventStream);
        if (head && listens) {
            std::string lastId;
            static_cast<void>(readEvents(exchange, lastId, retry));
        }
        listens = listens && pause(std::max(retry, listenPause));
    }
}

void HttpHost::keepTime() {
    while (!stopping()) {
        carryOn(apply([](ToolSession& tools) { return tools.turn(std::chrono::steady_clock::now()); }));
        const auto next = _tools.with([](const ToolSession& tools) { return tools.next(); });
        const auto until = std::min(next, std::chrono::steady_clock::now() + longestWait);
        _tools.waitUntil(
            until, [&](const ToolSession& tools) { return _over || tools.next() < until; }, [](const ToolSession&) {});
    }
}

/// False if the host stops.
bool HttpHost::pause(milliseconds time) {
    return _traffic.waitUntil(
        std::chrono::steady_clock::now() + time, [](const Traffic& traffic) { return traffic.stopping; },
        [](const Traffic& traffic) { return !traffic.stopping; });
}

bool HttpHost::stopping() const {
    return _traffic.with([](const Traffic& traffic) { return traffic.stopping; });
}

bool HttpHost::isOpen(mcp::RequestId request) const {
    return request != 0 && _tools.with([request](const ToolSession& tools) { return tools.client().awaits(request); });
}

/// Null if the host stops.
HttpHost::ExchangePtr HttpHost::open(mcp::RequestId request) {
    auto exchange = std::make_shared<http::Exchange>(http::Target{_server.url, _server.caFile});
    return _traffic.with([&](Traffic& traffic) {
        if (traffic.stopping) {
            return ExchangePtr();
        }
        if (request != 0) {
            traffic.requests[request] = exchange;
        } else {
            std::erase_if(traffic.others, [](const auto& other) { return other.expired(); });
            traffic.others.push_back(exchange);
        }
        return exchange;
    });
}

void HttpHost::close(mcp::RequestId request) {
    _traffic.with([request](Traffic& traffic) { traffic.requests.erase(request); });
}

std::string HttpHost::session() const {
    return _traffic.with([](const Traffic& traffic) { return traffic.session; });
}

/// The server would forget it anyway.
void HttpHost::endSession() {
    const std::string known = session();
    if (known.empty()) {
        return;
    }
    http::Exchange exchange({_server.url, _server.caFile, farewell});
    std::mutex mutex;
    std::condition_variable changed;
    bool over = false;
    std::thread watch([&] {
        std::unique_lock lock(mutex);
        changed.wait_for(lock, farewell, [&] { return over; });
        exchange.cancel();
    });
    static_cast<void>(exchange.send({"DELETE", headersFor({}, known), ""}));
    {
        const std::lock_guard lock(mutex);
        over = true;
    }
    changed.notify_all();
    watch.join();
}

}  // namespace aip::runner
