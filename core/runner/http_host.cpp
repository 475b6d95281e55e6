#include "runner/http_host.h"

#include "base/json_text.h"
#include "http/brief_request.h"
#include "http/sse_reader.h"
#include "mcp/header_arguments.h"
#include "runner/http_refusal.h"
#include "runner/http_target.h"

#include <aip/abi.h>

#include <algorithm>
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
constexpr milliseconds longestListenPause{300'000};
constexpr milliseconds farewell{2'000};
constexpr std::chrono::hours longestWait{1};
constexpr int notFound = 404;
constexpr int notAllowed = 405;
constexpr const char* bothTypes = "application/json, text/event-stream";
constexpr const char* eventStream = "text/event-stream";

/// To something that the server has asked.
bool isAnswer(const mcp::Outgoing& message) {
    return message.method.empty();
}

}  // namespace

base::Result<std::unique_ptr<Hosted>, Refusal> HttpHost::start(const hosting::ServerSpec& server,
                                                               ToolSessionSettings settings,
                                                               const HostedWiring& wiring) {
    auto target = targetOf(server);
    if (!target) {
        return Refusal{reason::settingsInvalid, target.error().text()};
    }
    std::unique_ptr<HttpHost> host(new HttpHost(server, *std::move(target), std::move(settings), wiring));
    host->dispatch(host->apply([](ToolSession& tools) { return tools.open(); }));
    auto opening = host->_tools.waitFor([](const ToolSession& tools) { return tools.opening().has_value(); },
                                        [](const ToolSession& tools) { return *tools.opening(); });
    if (!opening) {
        return std::move(opening).error();
    }
    const bool ready = host->_traffic.run([raw = host.get()] { raw->keepTime(); });
    const bool modern = host->_tools.with([](const ToolSession& tools) { return tools.client().isModern(); });
    if (!ready || (!modern && !host->_traffic.run([raw = host.get()] { raw->listenForChanges(); }))) {
        return Refusal{reason::shortage, "no thread can be made for the server"};
    }
    return std::unique_ptr<Hosted>(std::move(host));
}

HttpHost::HttpHost(const hosting::ServerSpec& server, http::Target target, ToolSessionSettings settings,
                   const HostedWiring& wiring)
    : _server(server),
      _target(std::move(target)),
      _longest((wiring.artifacts ? wiring.maxResultSize : settings.maxResultSize) + aroundResult),
      _log(wiring.log),
      _files(wiring.artifacts),
      _toolsChanged(wiring.toolsChanged),
      _tools(std::move(settings)),
      _traffic(_target) {}

HttpHost::~HttpHost() {
    _traffic.stop();
    _tools.with([this](const ToolSession&) { _over = true; });
    _tools.notify();
    _traffic.awaitJobs();
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
    const auto now = std::chrono::steady_clock::now();
    dispatch(apply([&](ToolSession& tools) { return tools.cancel(callId, now); }));
}

/// Carries out the effects, but for the messages, which it returns.
template <typename Use>
HttpHost::Messages HttpHost::apply(Use&& use) {
    auto effects = _tools.with([&](ToolSession& tools) { return std::forward<Use>(use)(tools); });
    for (const auto id : effects.givenUp) {
        _traffic.cancel(id);
    }
    tell(effects, _log, _files);
    _tools.notify();  // the opening, or another time to wait until
    if (effects.listed && _toolsChanged) {
        _toolsChanged();
    }
    return std::move(effects.send);
}

/// Does not block: a thread of its own delivers them.
void HttpHost::dispatch(Messages messages) {
    if (messages.empty() || _traffic.run([this, messages] { deliver(messages); })) {
        return;
    }
    for (const auto& message : messages) {
        const auto now = std::chrono::steady_clock::now();
        apply([&](ToolSession& tools) { return tools.lost(message.id, "no thread can be made for it", now); });
    }
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
    const std::string used = _traffic.session();
    Ended ended = exchange(message, used);
    if (ended.forgotten && !used.empty()) {
        renewSession(used);
        ended = exchange(message, _traffic.session());
    }
    if (message.id != 0) {
        const auto now = std::chrono::steady_clock::now();
        const std::string why = ended.why.empty() ? "the server has ended its answer without a result" : ended.why;
        carryOn(apply([&](ToolSession& tools) { return tools.lost(message.id, why, now); }));
    } else {
        note(message, ended);
    }
}

/// What the server's message has led to. "initialized" is told here, before anything else is sent.
void HttpHost::carryOn(Messages messages) {
    if (!messages.empty() && messages.front().method == "notifications/initialized") {
        note(messages.front(), exchange(messages.front(), _traffic.session()));
        messages.erase(messages.begin());
    }
    const auto ours = std::stable_partition(messages.begin(), messages.end(), isAnswer);
    Messages answers(messages.begin(), ours);
    messages.erase(messages.begin(), ours);
    if (!answers.empty()) {
        _traffic.runAnswer([this, answers = std::move(answers)] { deliver(answers); });  // or they are dropped
    }
    dispatch(std::move(messages));
}

void HttpHost::note(const mcp::Outgoing& message, const Ended& ended) const {
    if (!ended.why.empty() && _log && !_traffic.stopping()) {
        _log(AIP_LOG_DEBUG, std::string(message.method) + ": " + ended.why);
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
        if (!message.tool.empty()) {
            headers.emplace_back("Mcp-Name", mcp::headerValue(message.tool));
        }
        headers.insert(headers.end(), message.headers.begin(), message.headers.end());
    }
    if (!session.empty() && message.method != "initialize") {
        headers.emplace_back("Mcp-Session-Id", session);
    }
    return headers;
}

/// Null also if the request has been given up: whoever did that found nothing to cancel.
HttpHost::ExchangePtr HttpHost::openFor(mcp::RequestId request) {
    if (request == 0) {
        return _traffic.openNote();
    }
    auto exchange = _traffic.open(request);
    return isOpen(request) ? exchange : nullptr;
}

HttpHost::Ended HttpHost::exchange(const mcp::Outgoing& message, const std::string& session) {
    const auto exchange = openFor(message.id);
    if (!exchange) {
        _traffic.close(message.id);
        return {false, "the request is given up"};
    }
    const auto head = exchange->send({"POST", headersFor(message, session), message.json});
    if (!head) {
        _traffic.close(message.id);
        return {false, head.error().text()};
    }
    if (message.method == "initialize" && isGood(head->status)) {
        _traffic.setSession(head->session);
    }
    Ended ended = readAnswer(exchange, *head, message);
    _traffic.close(message.id);
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
    const auto body = readBody(exchange);
    if (!body) {
        return {false, "the server's answer is longer than " + std::to_string(_longest) + " bytes"};
    }
    const bool mayBeAnswer = head.type == "application/json" && message.id != 0;
    if (mayBeAnswer && (isGood(head.status) || body->find("\"jsonrpc\"") != std::string::npos) &&
        head.status != notFound) {
        const auto now = std::chrono::steady_clock::now();
        carryOn(apply([&](ToolSession& tools) { return tools.take(*body, now); }));
    }
    if (isGood(head.status)) {
        return {false, mayBeAnswer || message.id == 0
                           ? ""
                           : "the server's answer is of the type '" + base::readable(head.type, shownOfBody) + "'"};
    }
    const bool isAnswered = message.id != 0 && !isOpen(message.id);
    return {!isAnswered && forgetsSession(head.status, *body), whyRefused(head, *body)};
}

/// Nothing if it is too long.
std::optional<std::string> HttpHost::readBody(const ExchangePtr& exchange) const {
    std::string body;
    for (auto piece = exchange->read(); piece && !piece->empty(); piece = exchange->read()) {
        body += *piece;
        if (body.size() > _longest) {
            return std::nullopt;
        }
    }
    return body;
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
    for (int i = 0; i < mostResumptions && !lastId.empty() && isOpen(message.id) && _traffic.pause(message.id, retry);
         ++i) {
        const auto exchange = openFor(message.id);
        if (!exchange) {
            return before;
        }
        auto headers = headersFor(message, _traffic.session());
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
    if (_traffic.session() != forgotten) {
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

/// Of the revisions that have a stream for it.
void HttpHost::listenForChanges() {
    Listening listening;
    while (listenOnce(listening) && _traffic.pause(listening.wait)) {
    }
}

/// False if the server says that it has no such stream (405).
bool HttpHost::listenOnce(Listening& listening) {
    const std::string used = _traffic.session();
    const auto exchange = _traffic.openStream();
    auto headers = headersFor({}, used);
    headers.front().second = eventStream;
    const auto head = exchange ? exchange->send({"GET", std::move(headers), ""})
                               : base::Result<http::ResponseHead>(base::Error(Code::cancelled, ""));
    if (head && isGood(head->status) && head->type == eventStream) {
        hear(exchange, listening);
        return true;
    }
    listening.again = true;
    listening.wait = std::clamp(2 * listening.wait, listenPause, longestListenPause);
    const bool forgotten =
        head && !isGood(head->status) && !used.empty() && forgetsSession(head->status, readBody(exchange).value_or(""));
    if (forgotten && used != listening.renewed) {  // else the server has no stream at this place
        renewSession(used);
        const std::string renewed = _traffic.session();
        listening.wait = renewed == used ? listening.wait : milliseconds(0);
        listening.renewed = renewed == used ? listening.renewed : renewed;
    }
    return !head || head->status != notAllowed;
}

/// What has changed while nobody listened has not been told.
void HttpHost::hear(const ExchangePtr& exchange, Listening& listening) {
    if (std::exchange(listening.again, true)) {
        const auto now = std::chrono::steady_clock::now();
        carryOn(apply([&](ToolSession& tools) { return tools.changesMissed(now); }));
    }
    std::string lastId;
    milliseconds retry = listenPause;
    static_cast<void>(readEvents(exchange, lastId, retry));
    listening.wait = std::clamp(retry, listenPause, longestListenPause);
}

void HttpHost::keepTime() {
    while (!_traffic.stopping()) {
        carryOn(apply([](ToolSession& tools) { return tools.turn(std::chrono::steady_clock::now()); }));
        const auto next = _tools.with([](const ToolSession& tools) { return tools.next(); });
        const auto until = std::min(next, std::chrono::steady_clock::now() + longestWait);
        _tools.waitUntil(
            until, [&](const ToolSession& tools) { return _over || tools.next() < until; }, [](const ToolSession&) {});
    }
}

bool HttpHost::isOpen(mcp::RequestId request) const {
    return request != 0 && _tools.with([request](const ToolSession& tools) { return tools.client().awaits(request); });
}

/// The server would forget it anyway.
void HttpHost::endSession() {
    const std::string known = _traffic.session();
    if (known.empty()) {
        return;
    }
    http::sendBriefly(_target, {"DELETE", headersFor({}, known), ""}, farewell);
}

}  // namespace aip::runner
