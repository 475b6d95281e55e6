#include "base/secret_access.h"

#include "base/file.h"
#include "tests/support/temporary_folder.h"

#include <gtest/gtest.h>

#include <array>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <string>
#include <vector>

#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

namespace aip::base {
namespace {

constexpr uid_t stranger = 65'533;

enum Tag : std::uint16_t { owner = 1, user = 2, owningGroup = 4, group = 8, mask = 16, others = 32 };

struct Entry {
    std::uint16_t tag;
    std::uint16_t permissions;
    std::uint32_t id = ~0U;
};

/// False if this filesystem has no ACLs.
bool setAcl(const std::string& file, const std::vector<Entry>& entries) {
    std::string bytes("\2\0\0\0", 4);
    bytes.append(reinterpret_cast<const char*>(entries.data()), entries.size() * sizeof(Entry));
    return ::setxattr(file.c_str(), "system.posix_acl_access", bytes.data(), bytes.size(), 0) == 0;
}

/// A secret of root's as others deliver it. Whoever runs this test is root.
struct Row {
    const char* name;
    mode_t mode;
    gid_t group;
    std::vector<Entry> acl;
    bool asCredential;
    bool isPrivate;
};

std::ostream& operator<<(std::ostream& out, const Row& row) {
    return out << row.name;
}

struct CredentialsFolder {
    ~CredentialsFolder() { ::unsetenv("CREDENTIALS_DIRECTORY"); }
    static void is(const std::string& folder) { ::setenv("CREDENTIALS_DIRECTORY", folder.c_str(), 1); }
};

class DeliveredSecret : public testing::TestWithParam<Row> {};

TEST_P(DeliveredSecret, isPrivateOrNot) {
    if (::geteuid() != 0) {
        GTEST_SKIP() << "only root can make files of root's";
    }
    const Row& row = GetParam();
    const tests::TemporaryFolder folder;
    const CredentialsFolder credentials;
    const std::string file = folder / "secret";
    tests::writeFile(file, "x");
    ASSERT_EQ(::chown(file.c_str(), 0, row.group), 0);
    ASSERT_EQ(::chmod(file.c_str(), row.mode), 0);
    if (!row.acl.empty() && !setAcl(file, row.acl)) {
        GTEST_SKIP() << "no ACLs here";
    }
    if (row.asCredential) {
        CredentialsFolder::is(folder.path().string());
    }
    const auto opened = openFile(file);
    ASSERT_TRUE(opened);
    const auto checked = checkSecret(*opened, file);
    EXPECT_EQ(bool(checked), row.isPrivate) << (checked ? "" : checked.error().text());
}

/// As systemd writes it: the mode then shows the mask.
std::vector<Entry> readableBy(uid_t who, std::uint16_t groupMay = 0, std::uint16_t othersMay = 0) {
    return {{owner, 4}, {user, 4, who}, {owningGroup, groupMay}, {mask, 4}, {others, othersMay}};
}

INSTANTIATE_TEST_SUITE_P(
    Rows, DeliveredSecret,
    testing::Values(Row{"ourGroup", 0440, 0, {}, false, true}, Row{"ourGroupButWritable", 0640, 0, {}, false, false},
                    Row{"ourGroupMayWrite", 0460, 0, {}, false, false},
                    Row{"strangeGroup", 0440, stranger, {}, false, false},
                    Row{"ourGroupAndOthers", 0444, 0, {}, false, false},
                    Row{"credential", 0440, stranger, {}, true, true},
                    Row{"credentialForAll", 0444, stranger, {}, true, false},
                    Row{"credentialThatTheGroupMayWrite", 0660, stranger, {}, true, false},
                    Row{"aclForUs", 0400, stranger, readableBy(0), false, true},
                    Row{"aclForAnother", 0400, 0, readableBy(stranger), false, false},
                    Row{"aclForAnotherInACredential", 0400, 0, readableBy(stranger), true, false},
                    Row{"aclForUsAndAStrangeGroup", 0400, stranger, readableBy(0, 4), false, false},
                    Row{"aclForUsAndOthers", 0400, stranger, readableBy(0, 0, 4), true, false},
                    Row{"aclForAStrangeGroup",
                        0400,
                        0,
                        {{owner, 4}, {owningGroup, 0}, {group, 4, stranger}, {mask, 4}, {others, 0}},
                        false,
                        false},
                    Row{"aclForOurGroup",
                        0400,
                        stranger,
                        {{owner, 4}, {owningGroup, 0}, {group, 4, 0}, {mask, 4}, {others, 0}},
                        false,
                        true},
                    Row{"aclWithoutEffect",
                        0400,
                        0,
                        {{owner, 4}, {user, 4, stranger}, {owningGroup, 4}, {mask, 0}, {others, 0}},
                        false,
                        true}),
    [](const auto& each) { return each.param.name; });

TEST(CredentialSecret, isOneOnlyBelowItsFolder) {
    const tests::TemporaryFolder folder;
    const CredentialsFolder credentials;
    const std::string file = folder / "secret";
    tests::writeFile(file, "x");
    if (::chown(file.c_str(), 0, stranger) != 0) {
        GTEST_SKIP() << "only root can give a file away";
    }
    ::chmod(file.c_str(), 0440);
    const auto opened = openFile(file);
    ASSERT_TRUE(opened);
    for (const std::string& other : {std::string(), std::string("/"), std::string("/none"), std::string("relative"),
                                     std::string("/usr"), folder.path().string() + "x"}) {
        CredentialsFolder::is(other);
        EXPECT_FALSE(checkSecret(*opened, file)) << other;
    }
    CredentialsFolder::is(folder.path().string());
    EXPECT_TRUE(checkSecret(*opened, file));
}

}  // namespace
}  // namespace aip::base
