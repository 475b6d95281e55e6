#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>

namespace aip::tool::dev {

/// What the private agent's log means for an author. Pure: lines go in, what to show goes to a function.
class AgentLog {
  public:
    using Show = std::function<void(const std::string& line)>;

    explicit AgentLog(Show show) : _show(std::move(show)) {}

    /// A new agent begins to write.
    void begin() { _registered = false; }
    /// Pieces of the log at level debug, as they come.
    void take(std::string_view piece);

    bool registered() const { return _registered; }
    /// How many reloads are over.
    int reloads() const { return _reloads; }
    /// Why the plugin is not the one that was put there; the last reason since forgetRefusal().
    const std::string& refusal() const { return _refusal; }
    void forgetRefusal() { _refusal.clear(); }
    /// The last lines, for an agent that ends by itself.
    const std::string& tail() const { return _tail; }

  private:
    void line(std::string_view line);
    void event(std::string_view level, std::string_view text);
    void call(std::string_view text);

    Show _show;
    std::string _rest;  ///< the beginning of a line
    std::string _tail;
    std::string _refusal;
    std::map<std::string, std::string, std::less<>> _calls;  ///< their tools, by id
    bool _registered = false;
    int _reloads = 0;
};

}  // namespace aip::tool::dev
