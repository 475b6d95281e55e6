#pragma once

#include "base/byte_budget.h"
#include "base/guarded.h"
#include "execution/dispatcher.h"
#include "mcp/server_session.h"
#include "mcp_server/offered_tools.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace aip::mcp_server {

/// What clients may cost, each if nothing else is said.
struct ClientLimits {
    static constexpr std::size_t smallMessage = 64UL << 10U;

    std::size_t answer = 100UL << 20U;  ///< bytes of a result
    std::size_t held = 256UL << 20U;    ///< bytes of the messages whose calls have no answer; one alone always may
    /// Of what waits to be taken by clients, by all together; small messages do not count, one alone always may.
    std::shared_ptr<base::ByteBudget> untaken = std::make_shared<base::ByteBudget>(256UL << 20U);
};

/// One message, and who has sent it.
struct ClientMessage {
    std::shared_ptr<const std::string> text;
    std::string peer{};  ///< address or credentials, for the audit; empty: not known
};

/// The dispatcher as seen by one MCP client: its calls become invocations, which run in parallel and are answered as
/// they end.
///
/// Threads: any. Lifetime: the destructor cancels all calls and returns after the last has ended.
class ClientDoor {
  public:
    /// Receives what the client is to be sent, in order, one at a time, on any thread, with the door's mutex held: must
    /// neither block nor call the door.
    using Send = std::function<void(mcp::ToClient)>;

    /// `session`: tells this client's calls from others'. What is passed by reference outlives the door.
    ClientDoor(execution::Dispatcher& dispatcher, OfferedTools& offered, mcp::ServerInfo info, std::string session,
               ClientLimits limits, Send send);
    ~ClientDoor();
    ClientDoor(const ClientDoor&) = delete;
    ClientDoor& operator=(const ClientDoor&) = delete;

    /// Handles one message of the client.
    void received(const ClientMessage& message);
    void received(std::string text, std::string peer = {}) {
        received({std::make_shared<const std::string>(std::move(text)), std::move(peer)});
    }

    /// To be called when there may be other tools.
    void toolsChanged();

    /// Cancels all calls. Their failures are sent.
    void cancelAll(const std::string& why);

    /// Waits until every call has its answer, `limit` at most. False if one has not.
    bool waitUntilAnswered(std::chrono::milliseconds limit);

  private:
    /// Of the dispatcher: of its clients, and of all.
    struct Places {
        execution::Places::Place ofClients;
        execution::Places::Place ofAll;
    };
    /// The messages whose calls have no answer. The bytes of one count once, however many calls it has.
    class Held {
        std::map<const std::string*, std::size_t> _calls;
        std::size_t _bytes = 0;

      public:
        bool hasRoom(const std::string& message, std::size_t limit) const;
        void add(const std::string& message);
        void remove(const std::string& message);
    };
    /// What an invocation's views point to.
    struct Input {
        ClientMessage message;
        std::string request;  ///< its id as JSON
        mcp::ToolKey tool;
    };
    struct Call {
        std::shared_ptr<const Input> input;
        std::shared_ptr<execution::Invocation> invocation;
        Places places;
        bool cancelled = false;
    };
    using Number = std::uint64_t;
    using InvocationPtr = std::shared_ptr<execution::Invocation>;

    /// What the mutex guards.
    struct State {
        mcp::ServerSession session;
        Send sink;
        std::shared_ptr<base::ByteBudget> untaken;
        std::map<Number, Call> calls{};
        Number latest = 0;
        Held held{};
        std::shared_ptr<const OfferedTools::Tools> told{};  ///< the list that the client may know
    };
    /// Lives as long as the plugins may report something, which may be longer than the door.
    using Shared = base::Guarded<State>;

    struct Work {
        std::vector<InvocationPtr> begun{};
        std::vector<InvocationPtr> cancelled{};
    };

    Work take(const ClientMessage& message, const std::shared_ptr<const OfferedTools::Tools>& tools);
    void handle(State& state, const mcp::CallAsked& asked, const ClientMessage& message,
                const OfferedTools::Tools& tools, Work& work);
    static void handle(State& state, const mcp::CallCancelled& asked, Work& work);
    void begin(State& state, const mcp::CallAsked& asked, std::shared_ptr<const Input> input, Places places,
               Work& work);

    void refuse(State& state, const mcp::CallAsked& asked, const ClientMessage& message, const base::Error& why) const;
    /// In the audit: a call that is not carried out.
    void record(const mcp::CallAsked& asked, const ClientMessage& message, const base::Error& why) const;
    /// A view of `message`.
    execution::Caller callerOf(const ClientMessage& message) const;
    base::Result<Places> takePlaces();
    /// Of what clients may leave untaken; null: a small message needs none. None: there is not as much left.
    using Room = std::shared_ptr<const void>;
    static std::optional<Room> roomFor(const State& state, std::size_t bytes);

    static void send(State& state, std::optional<mcp::ToClient> message);
    /// False if there is no room: an error is sent instead of an answer.
    static bool send(State& state, mcp::ToClient message);
    static void succeed(State& state, const std::string& request, std::string_view json);
    static void refuse(State& state, const mcp::ToClient& message);
    static void progress(State& state, Number number, std::uint32_t permille, std::string_view text);
    static void ended(State& state, Number number, const execution::InvocationResult& result);

    execution::Dispatcher& _dispatcher;
    OfferedTools& _offered;
    const std::string _sessionId;
    const ClientLimits _limits;
    const std::shared_ptr<Shared> _shared;
};

}  // namespace aip::mcp_server
