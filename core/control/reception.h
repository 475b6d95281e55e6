#pragma once

#include "base/byte_budget.h"
#include "base/descriptor.h"
#include "base/error.h"
#include "base/guarded.h"
#include "control/arrival.h"
#include "control/workers.h"

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace aip::control {

/// Takes connections, reads what they ask for until it is there as a whole, and sends them their answers: one thread
/// for all, so that a peer which is slow, says nothing or does not read holds nobody up. Other threads find the
/// answers. What cannot be is refused here, too.
class Reception {
  public:
    struct Settings {
        const char* name;                            ///< of its thread
        std::chrono::milliseconds requestLimit;      ///< in which a request is there as a whole
        std::chrono::milliseconds answerLimit;       ///< in which a peer takes the next part of its answer
        std::size_t longestBody;                     ///< bytes
        std::size_t threads;                         ///< for the answers
        std::size_t mostQueued;                      ///< requests that wait for such a thread
        std::size_t mostConnections = 64;            ///< that are here; then one makes room, see makesRoom()
        std::size_t mostRequestBytes = 64UL << 20U;  ///< of requests that are read, wait or are carried out, together
        std::size_t mostAnswerBytes = 256UL << 20U;  ///< that are not taken yet; one answer alone may be larger
    };
    /// Finds the answer to a request; none: the connection was used otherwise, and ends. One thread of several.
    using Answer = std::function<std::optional<Reply>(const base::Descriptor& connection, Arrival& request)>;

    /// The answer to a request that is there as a whole, and for which there is no thread. Must not block.
    using Refusal = std::function<Reply(Arrival& request, const base::Error& why)>;

    /// `listening`: a socket that does not block, and stays open until this is destroyed. Throws std::system_error:
    /// the system is short of threads or descriptors.
    Reception(int listening, Settings settings, Answer answer, Refusal refusal);
    ~Reception();
    Reception(const Reception&) = delete;
    Reception& operator=(const Reception&) = delete;

    /// Waits for the answers that are looked for; of these the peers get what they take at once. Then all connections
    /// end. Not by several threads at the same time.
    void stop();

  private:
    using Clock = std::chrono::steady_clock;
    using Stage = Arrival::Stage;

    struct Guest {
        base::Descriptor connection;
        std::int32_t pid = 0;
        Clock::time_point since{};
        Clock::time_point end{};
        ArrivalPtr request{};  ///< null: it has come
        std::string answer{};
        std::shared_ptr<const void> share{};  ///< of the answer, until it is among the guests
        std::size_t sent = 0;

        bool isSending() const { return sent < answer.size(); }
    };
    using Guests = std::vector<Guest>;

    void run();
    void attempt(void (Reception::*step)());
    void turn();
    void wait();
    void takeAnswered();
    void accept();
    void admit(base::Descriptor connection);
    void makeRoom();
    void dropAnswers();
    bool stays(Guest& guest);
    bool receive(Guest& guest);
    bool goOn(Guest& guest, Stage stage);
    bool pass(Guest& guest);
    void serve(Guest& guest);
    bool end(Guest& guest, Reply reply);
    bool send(Guest& guest);

    const int _listening;
    const Settings _settings;
    const Answer _answer;
    const Refusal _refusal;
    const base::Descriptor _wakeUp;
    const std::shared_ptr<base::ByteBudget> _requestBytes;
    base::Guarded<Guests> _answered;  ///< by other threads
    std::atomic<bool> _stopping{false};
    // Of the thread.
    Guests _guests;
    std::vector<bool> _ready;          ///< of the guests
    bool _called = false;              ///< somebody wants to connect
    Clock::time_point _acceptAgain{};  ///< the system is short of something until then
    Workers _workers;
    std::thread _thread;
};

}  // namespace aip::control
