#include "audit_view.h"

#include "audit/chain.h"

#include <gtest/gtest.h>

namespace {

using namespace aip::agentctl;

std::string record(const std::string& members) {
    return R"({"seq":12,"prev":")" + std::string(aip::base::sha256Length, 'a') +
           R"(","time":"2026-11-23T14:25:26.146612+00:00",)" + members + "}";
}

TEST(AuditView, showsRecordsInALine) {
    EXPECT_EQ(
        recordView(record(R"("kind":"begun","door":"server","session":"s","tool":"action::echo","plugin":)"
                          R"({"id":"p","version":"1.0"},"decision":"allowed","parameters":{"a":"\u001b"})")),
        "2026-11-23 14:25:26 UTC  12      begun     action::echo of p 1.0 for server session s {\"a\":\"\\u001b\"}\n");
    const std::string begun = R"("kind":"begun","door":"mcp","peer":"uid 0, pid 7","tool":"echo","decision":"allowed")";
    EXPECT_EQ(recordView(record(begun + R"(,"session":"stdio")")),
              "2026-11-23 14:25:26 UTC  12      begun     echo for mcp session stdio peer uid 0, pid 7\n");
    EXPECT_EQ(recordView(record(begun + R"(,"session":"control, uid 0, pid 7")")),
              "2026-11-23 14:25:26 UTC  12      begun     echo for mcp session control, uid 0, pid 7\n");
    EXPECT_EQ(recordView(record(R"("kind":"begun","door":"server","tool":"echo","decision":"refused","by":"policy",)"
                                R"("reason":"no\u001b[1m")")),
              "2026-11-23 14:25:26 UTC  12      begun     echo for server: refused by policy: no\\x1b[1m\n");
    EXPECT_EQ(recordView(record(R"("kind":"ended","begun":11,"tool":"echo","status":"failure","code":"DENIED",)"
                                R"("duration_us":1500,"bytes":2000)")),
              "2026-11-23 14:25:26 UTC  12      ended     echo (11): failure DENIED after 1 ms, 2.0 KiB\n");
    EXPECT_EQ(recordView(record(R"("kind":"lock","reason":"x")")),
              "2026-11-23 14:25:26 UTC  12      lock      reason=\"x\"\n");
    EXPECT_EQ(recordView(record(R"("kind":"lock","reason":"x")"), "2"),
              "2026-11-23 14:25:26 UTC  2#12    lock      reason=\"x\"\n");
    EXPECT_EQ(recordView("\x1b[2J"), "not a record: \\x1b[2J\n");
}

TEST(AuditView, saysWhatIsWrongWithAChain) {
    aip::audit::Verified verified;
    verified.first = 3;
    verified.last = {9, std::string(64, 'b')};
    EXPECT_EQ(verifiedView(verified), "whole: records 3 to 9; checkpoint 9:" + std::string(64, 'b') + "\n");
    verified.fault = {aip::audit::ChainFault::Kind::missing, 5, "file, line 2"};
    EXPECT_EQ(verifiedView(verified), "BROKEN: missing: record 5: file, line 2\n");
    EXPECT_EQ(verifiedJson(verified), R"({"whole":false,"first":3,"last":9,"checkpoint":"9:)" + std::string(64, 'b') +
                                          R"(","checkpoint_is_older":false,"lost":0,"fault":{"kind":"missing","seq":5,)"
                                          R"("text":"file, line 2"}})");
    EXPECT_EQ(verifiedView({}), "there are no records\n");
}

TEST(AuditView, saysWhatIsNotInTheChain) {
    aip::audit::Verified verified;
    verified.first = 1;
    verified.last = {9, std::string(64, 'b')};
    const std::string whole = verifiedView(verified);
    EXPECT_EQ(verifiedView(verified, {}, Account{"/a", 0, ""}), whole);
    EXPECT_EQ(verifiedView(verified, {}, Account{"/a", 800, "/a: No space left on device"}),
              whole + "800 more wait in the agent: they are not verified\nNOT WRITTEN: /a: No space left on device\n");
    const std::string json = verifiedJson(verified);
    EXPECT_EQ(verifiedJson(verified, {}, Account{"/a", 800, "full"}),
              json.substr(0, json.size() - 1) + R"(,"waiting":800,"fault":"full"})");
    verified.lost = 12;
    EXPECT_EQ(verifiedView(verified), whole + "12 records were lost before they could be written (records_lost)\n");
}

TEST(AuditView, namesTheFilesBesideThatOfTheAgent) {
    aip::audit::Verified verified;
    verified.first = 1;
    verified.last = {9, std::string(64, 'b')};
    EXPECT_EQ(
        verifiedView(verified, {{"/a-2.jsonl", {}}, {"/a-3.jsonl", verified}}),
        verifiedView(verified) + "of /a-2.jsonl:\nthere are no records\nof /a-3.jsonl:\n" + verifiedView(verified));
    const std::string alone = verifiedJson(verified);
    const std::string members = alone.substr(0, alone.size() - 1);
    EXPECT_EQ(verifiedJson(verified, {{"/a-2.jsonl", verified}}),
              members + R"(,"beside":[)" + members + R"(,"file":"/a-2.jsonl"}]})");
}

}  // namespace
