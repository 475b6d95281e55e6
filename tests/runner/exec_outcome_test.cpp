#include "runner/exec_outcome.h"

#include <gtest/gtest.h>

#include <csignal>
#include <string>

namespace {

using aip::base::Code;
using aip::hosting::Call;
using aip::hosting::Outcome;
using aip::runner::ExecEnd;
using aip::runner::outcomeOf;

constexpr int exited(int code) {
    return code << 8;  // NOLINT: as wait() encodes it
}

struct EndRow {
    ExecEnd end;
    Code code;
    std::string text;  ///< JSON or the error
};

void expectAll(std::initializer_list<EndRow> rows, const Call& call) {
    for (const auto& [end, code, text] : rows) {
        const Outcome outcome = outcomeOf(end, call);
        EXPECT_EQ(outcome.code, code) << text;
        EXPECT_EQ(outcome.ok() ? outcome.json : outcome.error, text);
    }
}

TEST(ExecOutcome, followsFromHowTheProgramEnded) {
    expectAll(
        {
            {{exited(0), " {\"a\": 1}\n", "", ""}, Code::ok, "{\"a\": 1}"},
            {{exited(0), " \n", "warning", ""}, Code::ok, "null"},
            {{exited(1), "{}", "", ""}, Code::internal, "the program ended with exit code 1"},
            {{exited(1), "{}", "first\n last \n", ""}, Code::internal, "first\n last"},
            {{exited(100), "", "x", ""}, Code::internal, "x"},
            {{exited(101), "", "x", ""}, Code::invalid, "x"},
            {{exited(102), "", "", ""}, Code::notFound, "the program ended with exit code 102"},
            {{exited(103), "", "x", ""}, Code::unsupported, "x"},
            {{exited(104), "", "x", ""}, Code::cancelled, "x"},
            {{exited(105), "", "x", ""}, Code::deadline, "x"},
            {{exited(106), "", "x", ""}, Code::denied, "x"},
            {{exited(107), "", "x", ""}, Code::unavailable, "x"},
            {{exited(108), "", "x", ""}, Code::exhausted, "x"},
            {{exited(109), "", "x", ""}, Code::state, "x"},
            {{exited(110), "", "x", ""}, Code::internal, "x"},
            {{exited(111), "", "x", ""}, Code::internal, "x"},
            {{exited(127), "", "cannot start ./x", ""}, Code::internal, "cannot start ./x"},
            {{SIGSEGV, "1", "", ""}, Code::internal, "the program was killed by SIGSEGV"},
            {{SIGKILL, "1", "oh", ""}, Code::internal, "the program was killed by SIGKILL: oh"},
            {{SIGKILL, "1", "oh", "too much"}, Code::exhausted, "too much"},
            {{exited(0), "1", "", "too much"}, Code::exhausted, "too much"},
            {{exited(1), "", "\xff", ""}, Code::internal, "\xEF\xBF\xBD"},
        },
        Call({}, {}));
}

TEST(ExecOutcome, ofACancelledCallIsItsReasonUnlessThereIsAResult) {
    Call call({}, {});
    call.cancel(Code::deadline, "over");
    expectAll({{{SIGTERM, "1", "oh", ""}, Code::deadline, "over"},
               {{exited(1), "1", "oh", ""}, Code::deadline, "over"},
               {{exited(0), "1", "oh", ""}, Code::ok, "1"}},
              call);
}

TEST(ExecOutcome, namesTheFirstBytesOfWhatIsNoResult) {
    const Call call({}, {});
    for (const std::string out : {"hello world", "1 2", "{\"a\":", "nul"}) {
        const Outcome outcome = outcomeOf({exited(0), out, "", ""}, call);
        EXPECT_EQ(outcome.code, Code::internal);
        EXPECT_NE(outcome.error.find("it begins with '" + out + "'"), std::string::npos) << outcome.error;
    }
    EXPECT_LT(outcomeOf({exited(0), std::string(1'000'000, 'x'), "", ""}, call).error.size(), 400U);
}

}  // namespace
