#include "lifecycle/answer_ledger.h"

#include "protocol/decoder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

using namespace aip;
using lifecycle::AnswerLedger;
using protocol::Pieces;
using protocol::ServerMessagePtr;
using testing::ElementsAre;
using testing::IsEmpty;
using Arrival = AnswerLedger::Arrival;

namespace {

ServerMessagePtr command(const std::string& response, const std::string& tool = "noop",
                         const std::string& session = "s1") {
    protocol::Decoder decoder;
    auto decoded =
        decoder.decode(R"({"type":"command","status":"continue","session_id":)" + session + R"(,"response_id":)" +
                       response + R"(,"actions":[{"tool_name":")" + tool + R"(","call_id":"c"}]})");
    return std::get<ServerMessagePtr>(std::move(decoded));
}

ServerMessagePtr numbered(int i) {
    return command('"' + std::to_string(i) + '"', "noop", "\"s1\"");
}

const Pieces answer{"{\"ok\":", "true}"};

}  // namespace

TEST(AnswerLedger, joinsACommandThatRuns) {
    AnswerLedger book(65'536);
    const auto first = numbered(1);
    EXPECT_EQ(book.arrived(*first), Arrival::fresh);
    EXPECT_EQ(book.arrived(*numbered(1)), Arrival::joined);
    EXPECT_EQ(book.arrived(*numbered(2)), Arrival::fresh);
    EXPECT_EQ(book.unanswered(), 2U);
    EXPECT_TRUE(book.awaited(*first));
}

TEST(AnswerLedger, repeatsTheAnswerOfACommandThatIsDone) {
    AnswerLedger book(65'536);
    const auto first = numbered(1);
    book.arrived(*first);
    book.answered(*first, answer, true);
    const auto again = numbered(1);
    EXPECT_EQ(book.arrived(*again), Arrival::repeated);
    EXPECT_EQ(book.answerTo(*again), answer);
    EXPECT_EQ(book.unanswered(), 0U);
}

TEST(AnswerLedger, takesACommandWithOtherActionsForAnotherOne) {
    AnswerLedger book(65'536);
    const auto first = numbered(1);
    book.arrived(*first);
    EXPECT_EQ(book.arrived(*command("\"1\"", "other", "\"s1\"")), Arrival::fresh);
    EXPECT_EQ(book.unanswered(), 2U);
    book.answered(*first, answer, true);
    EXPECT_EQ(book.unanswered(), 1U);
}

TEST(AnswerLedger, knowsNothingAgainThatHasNoIds) {
    AnswerLedger book(65'536);
    for (int i = 0; i < 2; ++i) {
        const auto anonymous = command("null", "noop", "\"s1\"");
        EXPECT_EQ(book.arrived(*anonymous), Arrival::fresh);
        book.answered(*anonymous, answer, true);
    }
}

TEST(AnswerLedger, forgetsTheOldestWhenItIsFull) {
    AnswerLedger book(65'536);
    for (int i = 0; i < 100; ++i) {
        const auto next = numbered(i);
        book.arrived(*next);
        book.answered(*next, {std::string(4'096, 'x')}, true);
    }
    EXPECT_EQ(book.arrived(*numbered(99)), Arrival::repeated);
    EXPECT_EQ(book.arrived(*numbered(0)), Arrival::fresh);
}

TEST(AnswerLedger, remembersThatAnAnswerWasTooLargeToBeRemembered) {
    AnswerLedger book(65'536);
    const auto first = numbered(1);
    book.arrived(*first);
    book.answered(*first, {std::string(20'000, 'x')}, true);
    const auto again = numbered(1);
    EXPECT_EQ(book.arrived(*again), Arrival::forgotten);
    EXPECT_TRUE(book.awaited(*again));
    book.answered(*again, answer, true);
    EXPECT_EQ(book.arrived(*numbered(1)), Arrival::repeated);
}

TEST(AnswerLedger, owesWhatCouldNotBeSentAndWhatWasNotConfirmed) {
    AnswerLedger book(65'536);
    const auto confirmed = numbered(1);
    const auto sent = numbered(2);
    const auto late = numbered(3);
    for (const auto& each : {confirmed, sent, late}) {
        book.arrived(*each);
    }
    book.answered(*confirmed, {"1"}, true);
    const auto mark = book.sentSoFar();
    book.answered(*sent, {"2"}, true);
    book.confirm(mark);
    book.connectionLost();
    EXPECT_TRUE(book.awaited(*late));
    book.answered(*late, {"3"}, false);
    EXPECT_THAT(book.takeOwed(), ElementsAre(Pieces{"2"}, Pieces{"3"}));
    EXPECT_THAT(book.takeOwed(), IsEmpty());
    book.connectionLost();
    EXPECT_THAT(book.takeOwed(), ElementsAre(Pieces{"2"}, Pieces{"3"}));
    book.confirm(book.sentSoFar());
    book.connectionLost();
    EXPECT_THAT(book.takeOwed(), IsEmpty());
}

TEST(AnswerLedger, owesNothingOnceItIsDisowned) {
    AnswerLedger book(65'536);
    const auto sent = numbered(1);
    const auto runs = numbered(2);
    book.arrived(*sent);
    book.arrived(*runs);
    book.answered(*sent, answer, true);
    book.disown();
    EXPECT_FALSE(book.awaited(*runs));
    EXPECT_EQ(book.unanswered(), 0U);
    book.answered(*runs, answer, false);
    EXPECT_THAT(book.takeOwed(), IsEmpty());
    EXPECT_EQ(book.arrived(*numbered(2)), Arrival::repeated);
}

TEST(AnswerLedger, aDifferenceAtTheEndOfALargeParameterCounts) {
    const auto large = [](char last) {
        return std::get<ServerMessagePtr>(protocol::Decoder().decode(
            R"({"type":"command","status":"continue","session_id":"s","response_id":"r","actions":)"
            R"([{"tool_name":"t","parameters":{"text":")" +
            std::string(200'000, 'x') + last + R"("}}]})"));
    };
    AnswerLedger book(1U << 20U);
    const auto first = large('a');
    EXPECT_EQ(book.arrived(*first), Arrival::fresh);
    book.answered(*first, answer, true);
    EXPECT_EQ(book.arrived(*large('b')), Arrival::fresh);
}
