#pragma once

#include "network/http_exchange.h"

#include <string>

namespace aip::http {

/// The head of an answer, read by the rules of every HTTP answer here before POCO sees it: POCO takes an interim answer
/// other than 100 for the last one, and has limits of its own for fields. Pure.
class Answer final : public network::HttpExchange {
  public:
    Answer() : HttpExchange({}) {}

    /// Once accepted: a head with the fields that somebody asks for, and the bytes that followed the head.
    std::string forPoco() const;

  private:
    State check(const network::HttpHead& head) override;
    State broken(const std::string& why) override;
    State answeredInTls() override;
};

}  // namespace aip::http
