#include "base/printable.h"
#include "shown.h"
#include "views.h"

namespace aip::agentctl {
namespace {

/// Lines of the form "name  what it is"; nothing is not a line.
class Lines {
  public:
    Lines& add(std::string_view name, const std::string& text) {
        if (!text.empty()) {
            std::string line(name);
            line.resize(nameWidth, ' ');
            _text += line + shown(text) + '\n';
        }
        return *this;
    }
    std::string take() { return std::move(_text); }

  private:
    static constexpr std::size_t nameWidth = 12;
    std::string _text;
};

std::string withMoment(const std::string& text, Json since) {
    return text.empty() || since.text().empty() ? text : text + " since " + moment(since.text());
}

std::string agentOf(Json agent) {
    return agent["id"].text() + ", aip-agent " + agent["version"].text() + ", pid " + agent["pid"].text() +
           (agent["started"] ? ", since " + moment(agent["started"].text()) : "") +
           (agent["stopping"].isTrue() ? ", stopping" : "");
}

/// "check the host ... (AIP-302)"
std::string cureOf(Json server) {
    const std::string cure = server["cure"].text();
    const std::string code = server["code"].text();
    return cure.empty() || code.empty() ? cure : cure + " (" + code + ")";
}

std::string attemptsOf(Json server) {
    const auto attempts = server["attempts"].number().value_or(0);
    const auto next = server["next_attempt_ms"].number();
    if (attempts == 0 && !next) {
        return {};
    }
    return std::to_string(attempts) + " without a registration" + (next ? ", the next in " + duration(*next) : "");
}

std::string taskOf(Json server) {
    const std::string task = server["task"].text();
    const std::string session = server["session"].text();
    return task.empty() ? "" : task + (session.empty() ? "" : ", session " + session);
}

std::string queueOf(Json server) {
    const auto bytes = [&](const char* name) { return size(server[name].number().value_or(0)); };
    return base::counted(static_cast<std::size_t>(server["unanswered"].number().value_or(0)), "command") +
           " without an answer, " + bytes("queued_bytes") + " to be sent, " + bytes("file_bytes") + " of files";
}

std::string lockOf(Json lock) {
    if (!lock["locked"].isTrue()) {
        return {};
    }
    return withMoment("LOCKED", lock["since"]) + ": " + lock["reason"].text();
}

/// The file; what is wrong with it, if anything is.
std::string auditOf(Json agent) {
    const Json audit = agent["audit"];
    const std::string file = agent["audit_file"].text();
    if (audit["why"].text().empty()) {
        return file;
    }
    const auto waiting = static_cast<std::size_t>(audit["waiting"].number().value_or(0));
    return (file.empty() ? "" : file + ": ") + (audit["state"].text() == "missing" ? "MISSING: " : "FAILING: ") +
           audit["why"].text() + (waiting > 0 ? "; " + base::counted(waiting, "record") + " wait" : "") +
           (audit["refuses_calls"].isTrue() ? ", and calls are refused" : "") +
           (audit["code"].text().empty() ? "" : " (" + audit["code"].text() + ")");
}

/// "read-only, 3 limit rules"
std::string rulesOf(Json agent) {
    const auto limits = static_cast<std::size_t>(agent["limit_rules"].number().value_or(0));
    const std::string readOnly = agent["readonly"].isTrue() ? "read-only" : "";
    return limits == 0 ? readOnly : readOnly + (readOnly.empty() ? "" : ", ") + base::counted(limits, "limit rule");
}

}  // namespace

std::string statusView(Json status) {
    const Json agent = status["agent"];
    const Json server = agent["server"];
    Lines lines;
    lines.add("agent", agentOf(agent)).add("lock", lockOf(status["lock"])).add("rules", rulesOf(agent));
    if (server) {
        lines.add("server", server["url"].text()).add("state", withMoment(server["state"].text(), server["since"]));
        lines.add("last error", server["last_error"].text()).add("cure", cureOf(server));
        lines.add("attempts", attemptsOf(server)).add("task", taskOf(server)).add("queue", queueOf(server));
    } else {
        lines.add("server", agent["stopping"].isTrue() ? "the connection is closed"
                                                       : "the thread of the session does not answer");
    }
    lines.add("MCP", agent["mcp_listen"].text()).add("audit", auditOf(agent));
    return lines.take() + "\n" + pluginsView(status["plugins"]) + "\n" + callsView(status["calls"]);
}

}  // namespace aip::agentctl
