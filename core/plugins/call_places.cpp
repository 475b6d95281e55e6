#include "plugins/call_places.h"

#include <algorithm>
#include <utility>

namespace aip::plugins {

Ticket CallPlaces::occupy(std::shared_ptr<hosting::Call> call) {
    const auto place = std::ranges::find(_places, nullptr, &Place::call);
    place->call = std::move(call);
    ++_busy;
    return {static_cast<std::size_t>(place - _places.begin()), ++place->number};
}

std::shared_ptr<hosting::Call> CallPlaces::at(const Ticket& ticket) const {
    const bool known = ticket.place < _places.size() && _places[ticket.place].number == ticket.number;
    return known ? _places[ticket.place].call : nullptr;
}

bool CallPlaces::issued(const Ticket& ticket) const {
    return ticket.place < _places.size() && ticket.number > 0 && ticket.number <= _places[ticket.place].number;
}

std::shared_ptr<hosting::Call> CallPlaces::release(const Ticket& ticket) {
    auto call = at(ticket);
    if (call) {
        _places[ticket.place].call.reset();
        --_busy;
        _places[ticket.place].abandoned = false;
    }
    return call;
}

void CallPlaces::abandon(const hosting::Call& call) {
    _places[find(call).value().place].abandoned = true;
}

std::size_t CallPlaces::abandoned() const {
    return static_cast<std::size_t>(std::ranges::count(_places, true, &Place::abandoned));
}

bool CallPlaces::isAbandoned(const hosting::Call& call) const {
    const auto ticket = find(call);
    return ticket && _places[ticket->place].abandoned;
}

std::shared_ptr<hosting::Call> CallPlaces::anyAbandoned() const {
    const auto place = std::ranges::find(_places, true, &Place::abandoned);
    return place == _places.end() ? nullptr : place->call;
}

std::optional<Ticket> CallPlaces::find(const hosting::Call& call) const {
    const auto place = std::ranges::find(_places, &call, [](const Place& each) { return each.call.get(); });
    if (place == _places.end()) {
        return std::nullopt;
    }
    return Ticket{static_cast<std::size_t>(place - _places.begin()), place->number};
}

std::shared_ptr<hosting::Call> CallPlaces::find(std::string_view callId) const {
    const auto place = std::ranges::find_if(
        _places, [callId](const Place& each) { return each.call && each.call->request().id == callId; });
    return place == _places.end() ? nullptr : place->call;
}

hosting::Calls CallPlaces::calls() const {
    hosting::Calls found;
    for (const Place& place : _places) {
        if (place.call) {
            found.push_back(place.call);
        }
    }
    return found;
}

}  // namespace aip::plugins
