#pragma once

#include "hosting/call.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

namespace aip::plugins {

/// Names a call in a process on the link. Each call in a place gets a new number.
struct Ticket {
    std::size_t place = 0;
    std::uint64_t number = 0;
};

/// The calls that a process serves at once, each in a place of its own. Not for concurrent use.
class CallPlaces {
  public:
    explicit CallPlaces(std::size_t count) : _places(count) {}

    std::size_t size() const { return _places.size(); }
    std::size_t busy() const { return _busy; }
    /// Of these, how many have been abandoned.
    std::size_t abandoned() const;

    /// There must be a free place.
    Ticket occupy(std::shared_ptr<hosting::Call> call);
    /// The call with that ticket; null if its place has been released since.
    std::shared_ptr<hosting::Call> at(const Ticket& ticket) const;
    /// Whether there has been a call with that ticket.
    bool issued(const Ticket& ticket) const;
    /// The same as at(), and frees its place.
    std::shared_ptr<hosting::Call> release(const Ticket& ticket);

    /// Nobody waits for the call any more; its place stays occupied. The call must be in a place.
    void abandon(const hosting::Call& call);
    bool isAbandoned(const hosting::Call& call) const;
    /// Null: none is.
    std::shared_ptr<hosting::Call> anyAbandoned() const;

    std::optional<Ticket> find(const hosting::Call& call) const;
    std::shared_ptr<hosting::Call> find(std::string_view callId) const;
    hosting::Calls calls() const;

  private:
    struct Place {
        std::shared_ptr<hosting::Call> call;
        std::uint64_t number = 0;
        bool abandoned = false;
    };

    std::vector<Place> _places;
    std::size_t _busy = 0;
};

}  // namespace aip::plugins
