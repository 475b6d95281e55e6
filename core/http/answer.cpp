#include "http/answer.h"

#include <utility>

namespace aip::http {
namespace {

constexpr std::size_t longestValue = 8'000;  ///< POCO takes 8192
constexpr const char* fields[] = {"Content-Type", "Content-Length", "Transfer-Encoding", "Mcp-Session-Id", "Location"};

}  // namespace

std::string Answer::forPoco() const {
    std::string text = "HTTP/1.1 " + std::to_string(head().status) + " -\r\n";
    for (const char* name : fields) {
        if (const auto value = head().value(name); head().has(name) && value.size() <= longestValue) {
            text += std::string(name) + ": " + value + "\r\n";
        }
    }
    return text.append("\r\n").append(rest());
}

Answer::State Answer::check(const network::HttpHead& /*head*/) {
    return State::accepted;
}

Answer::State Answer::broken(const std::string& why) {
    network::Refusal refusal;
    refusal.text = "the answer " + why;
    return refuse(std::move(refusal));
}

Answer::State Answer::answeredInTls() {
    return broken("is TLS: write https://");
}

}  // namespace aip::http
