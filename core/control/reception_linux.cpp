#include "base/log.h"
#include "base/thread_name.h"
#include "control/crowd.h"
#include "control/reception.h"
#include "control/socket.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <exception>
#include <string_view>
#include <system_error>
#include <utility>

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

namespace aip::control {
namespace {

using base::Error;

constexpr std::size_t pieceSize = 64UL << 10U;
constexpr std::size_t mostAtOnce = 64;  ///< connections, before those that are here have their turn
constexpr std::chrono::seconds leaveTime{2};
constexpr std::chrono::milliseconds shortageTime{100};
constexpr std::chrono::hours forEver{1};

/// Without it an answer, and the end, would be seen by chance.
base::Descriptor wakeUp() {
    base::Descriptor made(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
    if (!made) {
        throw std::system_error(errno, std::generic_category(), "eventfd");
    }
    return made;
}

}  // namespace

Reception::Reception(int listening, Settings settings, Answer answer, Refusal refusal)
    : _listening(listening),
      _settings(settings),
      _answer(std::move(answer)),
      _refusal(std::move(refusal)),
      _wakeUp(wakeUp()),
      _requestBytes(std::make_shared<base::ByteBudget>(settings.mostRequestBytes)),
      _workers(settings.threads, settings.mostQueued),
      _thread([this] { run(); }) {}

Reception::~Reception() {
    stop();
}

void Reception::stop() {
    _workers.stop();
    _stopping = true;
    ::eventfd_write(_wakeUp.get(), 1);
    if (_thread.joinable()) {
        _thread.join();
    }
}

void Reception::run() {
    base::nameThread(_settings.name);
    while (!_stopping) {
        attempt(&Reception::turn);
    }
    attempt(&Reception::takeAnswered);
    _guests.clear();
}

void Reception::attempt(void (Reception::*step)()) {
    try {
        (this->*step)();
    } catch (const std::exception& failure) {  // no memory: those that are here give some back
        base::log::error("{}: {}", _settings.name, failure.what());
        _guests.clear();
    }
}

void Reception::turn() {
    wait();
    for (std::size_t i = _guests.size(); i-- > 0;) {
        const bool due = _ready[i] || Clock::now() >= _guests[i].end;
        if (due && !stays(_guests[i])) {
            _guests.erase(_guests.begin() + static_cast<std::ptrdiff_t>(i));
        }
    }
    takeAnswered();
    if (_called) {
        accept();
    }
}

void Reception::wait() {
    const auto now = Clock::now();
    const bool accepts = now >= _acceptAgain;
    auto end = accepts ? now + forEver : _acceptAgain;
    std::vector<pollfd> asked;
    for (const auto& guest : _guests) {
        const short wanted = guest.isSending() ? POLLOUT : POLLIN;
        asked.push_back({guest.connection.get(), wanted, 0});
        end = std::min(end, guest.end);
    }
    asked.push_back({accepts ? _listening : -1, POLLIN, 0});
    asked.push_back({_wakeUp.get(), POLLIN, 0});
    const auto left = std::max(std::chrono::ceil<std::chrono::milliseconds>(end - now), std::chrono::milliseconds(0));
    ::poll(asked.data(), asked.size(), static_cast<int>(left.count()));
    eventfd_t ignored = 0;
    ::eventfd_read(_wakeUp.get(), &ignored);
    _called = asked[_guests.size()].revents != 0;
    _ready.assign(_guests.size(), false);
    for (std::size_t i = 0; i < _guests.size(); ++i) {
        _ready[i] = asked[i].revents != 0;
    }
}

void Reception::takeAnswered() {
    for (auto& guest : _answered.with([](Guests& all) { return std::exchange(all, {}); })) {
        guest.since = Clock::now();
        guest.share.reset();
        if (send(guest)) {
            _guests.push_back(std::move(guest));
            dropAnswers();
        }
    }
}

/// The oldest first: it has had most time.
void Reception::dropAnswers() {
    std::size_t all = 0;
    for (const auto& guest : _guests) {
        all += guest.answer.size();
    }
    while (all > _settings.mostAnswerBytes) {
        const auto oldest = std::ranges::find_if(_guests, &Guest::isSending);
        if (oldest == _guests.end() || &*oldest == &_guests.back()) {
            return;
        }
        all -= oldest->answer.size();
        _guests.erase(oldest);
    }
}

void Reception::accept() {
    for (std::size_t i = 0; i < mostAtOnce && !_stopping; ++i) {
        base::Descriptor connection(::accept4(_listening, nullptr, nullptr, SOCK_CLOEXEC));
        if (connection) {
            admit(std::move(connection));
            continue;
        }
        if (errno != EAGAIN && errno != EINTR && errno != ECONNABORTED) {
            _acceptAgain = Clock::now() + shortageTime;
        }
        return;
    }
}

void Reception::admit(base::Descriptor connection) {
    const auto peer = peerOf(connection.get());
    if (!peer) {
        return;
    }
    if (_guests.size() >= _settings.mostConnections) {
        makeRoom();
    }
    const auto now = Clock::now();
    Guest guest{std::move(connection), peer->pid, now, now + _settings.requestLimit,
                std::make_shared<Arrival>(*peer, _settings.longestBody, _requestBytes)};
    if (receive(guest)) {
        _guests.push_back(std::move(guest));
    }
}

void Reception::makeRoom() {
    std::vector<Waiting> all;
    for (const auto& guest : _guests) {
        all.push_back({guest.pid, guest.since});
    }
    _guests.erase(_guests.begin() + static_cast<std::ptrdiff_t>(makesRoom(all)));
}

/// False: the reception has nothing to do with it any more.
bool Reception::stays(Guest& guest) {
    return Clock::now() < guest.end && (guest.isSending() ? send(guest) : receive(guest));
}

/// What comes of one that has its answer is dropped: to close before would take the answer from it.
bool Reception::receive(Guest& guest) {
    std::array<char, pieceSize> piece;
    const ssize_t size = ::recv(guest.connection.get(), piece.data(), piece.size(), MSG_DONTWAIT);
    if (size < 0) {
        return errno == EAGAIN || errno == EINTR;
    }
    if (!guest.request) {
        return size > 0;
    }
    const std::string_view bytes(piece.data(), static_cast<std::size_t>(size));
    return goOn(guest, size > 0 ? guest.request->take(bytes) : guest.request->end());
}

bool Reception::goOn(Guest& guest, Stage stage) {
    if (stage == Stage::nothing) {
        return false;
    }
    if (stage == Stage::refused) {
        return end(guest, failure(guest.request->why()));
    }
    if (stage == Stage::whole) {
        return pass(guest);
    }
    const std::string interim = guest.request->takeInterim();
    return interim.empty() ||
           ::send(guest.connection.get(), interim.data(), interim.size(), MSG_DONTWAIT | MSG_NOSIGNAL) >= 0;
}

bool Reception::pass(Guest& guest) {
    const auto held = std::make_shared<Guest>(std::move(guest));
    const auto taken = _workers.run([this, held] { serve(*held); });
    if (taken) {
        return false;
    }
    guest = std::move(*held);
    return end(guest, _refusal(*guest.request, taken.error()));
}

/// On a thread of the workers. The answer is sent by ours.
void Reception::serve(Guest& guest) {
    try {
        if (auto reply = _answer(guest.connection, *guest.request)) {
            guest.share = reply->share;
            guest.answer = guest.request->answer(*std::move(reply));
            guest.request.reset();
            _answered.with([&](Guests& all) { all.push_back(std::move(guest)); });
            ::eventfd_write(_wakeUp.get(), 1);
        }
    } catch (const std::exception& failure) {
        base::log::warn("{}: an exchange has failed: {}", _settings.name, failure.what());
    }
}

bool Reception::end(Guest& guest, Reply reply) {
    guest.answer = guest.request->answer(std::move(reply));
    guest.request.reset();
    return send(guest);
}

/// As much as the peer takes now.
bool Reception::send(Guest& guest) {
    guest.end = Clock::now() + _settings.answerLimit;
    while (guest.isSending()) {
        const ssize_t size = ::send(guest.connection.get(), guest.answer.data() + guest.sent,
                                    guest.answer.size() - guest.sent, MSG_DONTWAIT | MSG_NOSIGNAL);
        if (size < 0) {
            return errno == EAGAIN || errno == EINTR;
        }
        guest.sent += static_cast<std::size_t>(size);
    }
    ::shutdown(guest.connection.get(), SHUT_WR);
    guest.answer = {};
    guest.sent = 0;
    guest.end = Clock::now() + leaveTime;
    return true;
}

}  // namespace aip::control
