#include "lifecycle/answer_ledger.h"

#include "protocol/decoder.h"
#include "tests/support/failing_memory.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <new>
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
const Pieces failure{"{\"ok\":false}"};

Pieces large(std::size_t size, char letter = 'x') {
    return {std::string(size, letter)};
}

/// A COMMAND that has been answered.
void answerOne(AnswerLedger& book, int number, const Pieces& text, bool sent = true) {
    const auto message = numbered(number);
    book.arrived(*message);
    book.answered(*message, text, failure, sent);
}

Pieces answerTo(AnswerLedger& book, int number) {
    const auto again = numbered(number);
    return book.arrived(*again) == Arrival::repeated ? book.answerTo(*again) : Pieces{"not kept"};
}

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
    book.answered(*first, answer, {}, true);
    const auto again = numbered(1);
    EXPECT_EQ(book.arrived(*again), Arrival::repeated);
    EXPECT_EQ(book.answerTo(*again), answer);
    EXPECT_EQ(book.unanswered(), 0U);
}

TEST(AnswerLedger, knowsNoCommandAgainWhoseSessionIsTooLong) {
    AnswerLedger book(65'536);
    for (const std::size_t size : {protocol::maxIdSize, protocol::maxIdSize + 1, std::size_t{1'000'000}}) {
        const std::string session = '"' + std::string(size, 's') + '"';
        const auto first = command("\"1\"", "noop", session);
        book.arrived(*first);
        book.answered(*first, answer, {}, true);
        const auto again = command("\"1\"", "noop", session);
        EXPECT_EQ(book.arrived(*again), size <= protocol::maxIdSize ? Arrival::repeated : Arrival::fresh) << size;
    }
}

TEST(AnswerLedger, takesACommandWithOtherActionsForAnotherOne) {
    AnswerLedger book(65'536);
    const auto first = numbered(1);
    book.arrived(*first);
    EXPECT_EQ(book.arrived(*command("\"1\"", "other", "\"s1\"")), Arrival::fresh);
    EXPECT_EQ(book.unanswered(), 2U);
    book.answered(*first, answer, {}, true);
    EXPECT_EQ(book.unanswered(), 1U);
}

TEST(AnswerLedger, takesACommandThatMeansSomethingElseForAnotherOne) {
    const auto withFields = [](const std::string& fields) {
        return std::get<ServerMessagePtr>(protocol::Decoder().decode(
            R"({"type":"command","session_id":"s","response_id":"r","actions":[{"tool_name":"t"}],)" + fields + "}"));
    };
    const std::string names = R"("agent_name":"A","root_name":"R","process_name":"P","task_name":"T")";
    const std::string first = R"("status":"continue",)" + names;
    struct Row {
        std::string fields;
        Arrival arrival;
    };
    const Row rows[] = {
        {first, Arrival::repeated},
        {first + R"(,"timestamp":"2026-01-02T03:04:05Z")", Arrival::repeated},
        {R"("status":"completed",)" + names, Arrival::fresh},
        {R"("status":"continue","agent_name":"B","root_name":"R","process_name":"P","task_name":"T")", Arrival::fresh},
        {R"("status":"continue","agent_name":"A","root_name":"B","process_name":"P","task_name":"T")", Arrival::fresh},
        {R"("status":"continue","agent_name":"A","root_name":"R","process_name":"B","task_name":"T")", Arrival::fresh},
        {R"("status":"continue","agent_name":"A","root_name":"R","process_name":"P","task_name":"B")", Arrival::fresh},
        {R"("status":"continue","agent_name":"R","root_name":"A","process_name":"P","task_name":"T")", Arrival::fresh},
        {R"("status":"continue","agent_name":null,"process_name":"P","task_name":"T")", Arrival::fresh},
    };
    for (const auto& row : rows) {
        AnswerLedger book(65'536);
        const auto earlier = withFields(first);
        ASSERT_EQ(book.arrived(*earlier), Arrival::fresh);
        book.answered(*earlier, answer, {}, true);
        const auto later = withFields(row.fields);
        EXPECT_EQ(book.arrived(*later), row.arrival) << row.fields;
    }
}

TEST(AnswerLedger, takesACommandBeyondALimitForAnotherOneThanOneWithoutActions) {
    const auto withActions = [](std::size_t count) {
        std::string actions;
        for (std::size_t i = 0; i < count; ++i) {
            actions += (actions.empty() ? "" : ",") + std::string(R"({"tool_name":"t"})");
        }
        return std::get<ServerMessagePtr>(protocol::Decoder().decode(
            R"({"type":"command","status":"continue","session_id":"s","response_id":"r","actions":[)" + actions +
            "]}"));
    };
    AnswerLedger book(65'536);
    const auto none = withActions(0);
    const auto tooMany = withActions(protocol::maxActions + 1);
    EXPECT_EQ(book.arrived(*none), Arrival::fresh);
    EXPECT_EQ(book.arrived(*tooMany), Arrival::fresh);
}

TEST(AnswerLedger, knowsNothingAgainThatHasNoIds) {
    AnswerLedger book(65'536);
    for (int i = 0; i < 2; ++i) {
        const auto anonymous = command("null", "noop", "\"s1\"");
        EXPECT_EQ(book.arrived(*anonymous), Arrival::fresh);
        book.answered(*anonymous, answer, {}, true);
    }
}

TEST(AnswerLedger, keepsAFailureInTheirPlaceWhenTheUnconfirmedAnswersFillIt) {
    AnswerLedger book(65'536);
    for (int i = 0; i < 80; ++i) {
        answerOne(book, i, large(4'096));
    }
    EXPECT_EQ(answerTo(book, 79), large(4'096));
    EXPECT_EQ(answerTo(book, 0), failure);
    book.connectionLost();
    const auto owed = book.takeOwed();
    ASSERT_EQ(owed.size(), 80U);
    EXPECT_EQ(owed.front(), failure);
    EXPECT_EQ(owed.back(), large(4'096));
}

TEST(AnswerLedger, owesEachOfTheAnswersThatDoNotFitTogether) {
    AnswerLedger book(65'536);
    for (int i = 0; i < 4; ++i) {
        answerOne(book, i, large(24'000, static_cast<char>('a' + i)), false);
    }
    EXPECT_THAT(book.takeOwed(), ElementsAre(failure, failure, large(24'000, 'c'), large(24'000, 'd')));
    EXPECT_EQ(answerTo(book, 0), failure);
}

TEST(AnswerLedger, forgetsWhatIsConfirmedBeforeItShortensTheRest) {
    AnswerLedger book(65'536);
    answerOne(book, 0, large(16'000));
    book.confirm(book.sentSoFar());
    for (int i = 1; i < 4; ++i) {
        answerOne(book, i, large(16'000));
    }
    EXPECT_EQ(answerTo(book, 1), large(16'000));
    answerOne(book, 4, large(16'000));
    EXPECT_EQ(book.arrived(*numbered(0)), Arrival::fresh);
    EXPECT_EQ(answerTo(book, 1), failure);
    EXPECT_EQ(answerTo(book, 2), large(16'000));
    EXPECT_EQ(answerTo(book, 4), large(16'000));
}

TEST(AnswerLedger, forgetsTheOldestOfTooManySmallOnes) {
    AnswerLedger book(65'536);
    for (int i = 0; i < 200; ++i) {
        answerOne(book, i, answer);
    }
    EXPECT_EQ(answerTo(book, 199), answer);
    EXPECT_EQ(book.arrived(*numbered(0)), Arrival::fresh);
}

TEST(AnswerLedger, neverForgetsWhatIsOwed) {
    AnswerLedger book(65'536);
    for (int i = 0; i < 200; ++i) {
        answerOne(book, i, answer, false);
    }
    EXPECT_EQ(book.takeOwed().size(), 200U);
}

TEST(AnswerLedger, keepsAFailureInThePlaceOfAnAnswerThatIsTooLarge) {
    AnswerLedger book(65'536);
    EXPECT_TRUE(book.needsFailure(20'000));
    EXPECT_FALSE(book.needsFailure(1'024));
    answerOne(book, 1, large(20'000));
    EXPECT_EQ(answerTo(book, 1), failure);
}

TEST(AnswerLedger, remembersThatAnAnswerCouldNotBeKept) {
    AnswerLedger book(65'536);
    const auto first = numbered(1);
    book.arrived(*first);
    book.answered(*first, large(20'000), {}, true);
    const auto again = numbered(1);
    EXPECT_EQ(book.arrived(*again), Arrival::forgotten);
    EXPECT_TRUE(book.awaited(*again));
    book.answered(*again, answer, {}, true);
    EXPECT_EQ(book.arrived(*numbered(1)), Arrival::repeated);
}

TEST(AnswerLedger, leavesNoCommandRunningForLackOfMemory) {
    for (std::size_t failing = 1;; ++failing) {
        AnswerLedger book(65'536);
        const auto message = numbered(1);
        const Pieces text = large(4'096);
        bool thrown = false;
        tests::failAllocation(failing);
        try {
            book.arrived(*message);
            book.answered(*message, text, failure, true);
        } catch (const std::bad_alloc&) {
            thrown = true;
        }
        tests::failAllocation(0);
        book.answered(*message, {}, {}, true);
        EXPECT_EQ(book.unanswered(), 0U) << failing;
        EXPECT_NE(book.arrived(*numbered(1)), Arrival::joined) << failing;
        if (!thrown) {
            break;
        }
    }
}

TEST(AnswerLedger, owesWhatCouldNotBeSentAndWhatWasNotConfirmed) {
    AnswerLedger book(65'536);
    const auto confirmed = numbered(1);
    const auto sent = numbered(2);
    const auto late = numbered(3);
    for (const auto& each : {confirmed, sent, late}) {
        book.arrived(*each);
    }
    book.answered(*confirmed, {"1"}, {}, true);
    const auto mark = book.sentSoFar();
    book.answered(*sent, {"2"}, {}, true);
    book.confirm(mark);
    book.connectionLost();
    EXPECT_TRUE(book.awaited(*late));
    book.answered(*late, {"3"}, {}, false);
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
    book.answered(*sent, answer, {}, true);
    book.disown();
    EXPECT_FALSE(book.awaited(*runs));
    EXPECT_EQ(book.unanswered(), 0U);
    book.answered(*runs, answer, {}, false);
    EXPECT_THAT(book.takeOwed(), IsEmpty());
    EXPECT_EQ(book.arrived(*numbered(2)), Arrival::repeated);
}

TEST(AnswerLedger, aDifferenceAtTheEndOfALargeParameterCounts) {
    const auto ending = [](char last) {
        return std::get<ServerMessagePtr>(protocol::Decoder().decode(
            R"({"type":"command","status":"continue","session_id":"s","response_id":"r","actions":)"
            R"([{"tool_name":"t","parameters":{"text":")" +
            std::string(200'000, 'x') + last + R"("}}]})"));
    };
    AnswerLedger book(1U << 20U);
    const auto first = ending('a');
    EXPECT_EQ(book.arrived(*first), Arrival::fresh);
    book.answered(*first, answer, {}, true);
    EXPECT_EQ(book.arrived(*ending('b')), Arrival::fresh);
}
