#include "app/kernel_features.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>

namespace aip::app {
namespace {

using link::Measure;
using link::Measures;

std::map<std::string, std::string> featuresOf(const KernelFacts& facts) {
    const auto features = kernelFeatures(facts);
    return {features.begin(), features.end()};
}

TEST(KernelFeatures, saysWhatIsInUse) {
    const KernelFacts all{.granted = Measures::all(), .landlock = 6, .seccomp = true, .filtered = true};
    Measures withoutScopes = Measures::all();
    withoutScopes = withoutScopes.without([] {
        Measures scope;
        scope.add(Measure::signalScope);
        return scope;
    }());
    KernelFacts old = all;
    old.granted = withoutScopes;
    old.landlock = 2;
    KernelFacts none = all;
    none.granted = withoutScopes;
    none.landlock = 0;
    KernelFacts denied = all;
    denied.granted = withoutScopes;
    KernelFacts root = all;
    root.root = true;
    KernelFacts silent = all;
    silent.granted = {};
    KernelFacts unfiltered = all;
    unfiltered.filtered = false;
    KernelFacts bare = unfiltered;
    bare.seccomp = false;
    const std::string noAnswer = "not known: aip-plugin-runner does not answer";
    struct {
        const KernelFacts& facts;
        const char* name;
        std::string state;
    } const rows[] = {
        {all, "user namespace", "keeps plugins apart"},
        {root, "user namespace", "not used by root"},
        {silent, "PID namespace", noAnswer},
        {all, "Landlock", "ABI 6, keeps plugins apart"},
        {old, "Landlock", "ABI 2, not used: scopes of signals need 6"},
        {none, "Landlock", "not there"},
        {denied, "Landlock", "ABI 6, refused by the system"},
        {all, "seccomp", "a filter is on this process"},
        {unfiltered, "seccomp", "there, no filter is on this process"},
        {bare, "seccomp", "not there"},
        {all, "pidfd", "not there"},
    };
    for (const auto& row : rows) {
        EXPECT_EQ(featuresOf(row.facts).at(row.name), row.state) << row.name;
    }
}

TEST(KernelFeatures, areLookedFor) {
    const auto facts = kernelFacts({});
    EXPECT_TRUE(facts.memfd);
    EXPECT_TRUE(facts.pidfd);
}

}  // namespace
}  // namespace aip::app
