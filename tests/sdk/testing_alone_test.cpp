// A plugin's class in a test program without AIP_PLUGIN.
#include <aip/plugin.hpp>
#include <aip/testing.hpp>

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace {

struct Place {
    std::string city;
    int zip = 0;

    static auto fields() { return aip::fields(aip::field("city", &Place::city), aip::field("zip", &Place::zip)); }
};

class Shelf {
  public:
    static void describe(aip::Description<Shelf>& d) {
        d.describe("Each of its books is a tool.");
        d.action("put", "Puts a book onto the shelf.", &Shelf::put, "name")
            .annotations({R"({"x-shelf":1})"})
            .idempotent()
            .destructive(false);
        d.action(
            "where", "Where it stands.", [](const aip::Json& place) { return aip::parse<Place>(place).city; }, "place");
        d.action("nobody", "Of whom it is.",
                 [] { return aip::Object().set("owner", static_cast<const char*>(nullptr)); });
        d.dynamicTools(&Shelf::_books);
    }

    void put(const std::string& name) {
        _books.dataCollection(name, "Reads it.", [name] { return "text of " + name; });
    }

  private:
    aip::DynamicTools<Shelf> _books;
};

using Plugin = aip::testing::Plugin<Shelf>;

TEST(TestingAlone, needsNoEntryInTheProgram) {
    EXPECT_EQ(Plugin().call<std::string>("where", {{"place", Place{"Bonn", 53111}}}), "Bonn");
}

TEST(TestingAlone, callsToolsThatCameAtRunTimeByTheirName) {
    Plugin shelf;
    EXPECT_TRUE(shelf.run("emma").is(aip::Code::notFound));
    shelf.call("put", {{"name", "emma"}});
    EXPECT_EQ(shelf.call<std::string>("emma"), "text of emma");
    EXPECT_EQ(shelf.call<std::string>("data_collection::emma"), "text of emma");
}

/// Counts its calls in its state directory.
class Tally {
  public:
    static void describe(aip::Description<Tally>& d) {
        d.describe("Counts.");
        d.action("count", "One more.", [] {
            const std::string file = aip::agent::stateDir().value() + "/count";
            int count = 0;
            std::ifstream(file) >> count;
            std::ofstream(file) << count + 1;
            return count + 1;
        });
    }
};

TEST(TestingAlone, givesAPluginAFolderForItsStateThatGoesWithIt) {
    std::string folder;
    {
        aip::testing::Plugin<Tally> plugin;
        EXPECT_EQ(plugin.call<int>("count"), 1);
        EXPECT_EQ(plugin.call<int>("count"), 2);
        folder = plugin.stateDir();
        EXPECT_TRUE(std::filesystem::exists(folder + "/count"));
    }
    EXPECT_FALSE(std::filesystem::exists(folder));
}

TEST(Hints, areWrittenBesideOtherAnnotations) {
    const Plugin shelf;
    EXPECT_NE(shelf.manifest().find(R"("annotations":{"destructiveHint":false,"idempotentHint":true,"x-shelf":1})"),
              std::string::npos)
        << shelf.manifest();
}

struct Sign {
    const char* text = nullptr;
    static auto fields() { return aip::fields(aip::field("text", &Sign::text)); }
};

/// What may return a text without an address.
class Doors {
  public:
    static void describe(aip::Description<Doors>& d) {
        d.describe("Has doors.");
        d.action("sign", "Beside the door.", [] { return static_cast<const char*>(nullptr); });
        d.action("signs", "Of all.", [] { return std::vector<Sign>{{"in"}, {}}; });
    }
};

TEST(CText, isNullInItsSchemaTooIfItMayHaveNoAddress) {
    aip::testing::Plugin<Doors> doors;
    EXPECT_EQ(doors.run("sign").json, "null");
    EXPECT_EQ(doors.run("signs").json, R"([{"text":"in"},{"text":null}])");
    const std::string orNull = R"("anyOf":[{"type":"string"},{"type":"null"}],"title":)";
    EXPECT_NE(doors.manifest().find(orNull + "\"Result\""), std::string::npos) << doors.manifest();
    EXPECT_NE(doors.manifest().find(orNull + "\"Text\""), std::string::npos) << doors.manifest();
}

TEST(Parse, readsWhatAParameterCanBe) {
    EXPECT_EQ(aip::parse<std::vector<int>>("[1,2]"), (std::vector<int>{1, 2}));
    EXPECT_EQ(aip::parse<Place>(aip::Json{R"({"city":"Bonn","zip":1})"}).zip, 1);
    try {
        aip::parse<Place>(R"({"city":"Bonn","zip":"x"})");
        FAIL();
    } catch (const aip::Error& error) {
        EXPECT_EQ(error.code(), AIP_INVALID);
        EXPECT_STREQ(error.what(), "zip: expected an integer from -2147483648 to 2147483647");
    }
    EXPECT_THROW(aip::parse<int>("1,"), aip::Error);
}

TEST(Write, writesNullForACStringThatIsNone) {
    EXPECT_EQ(Plugin().run("nobody").json, R"({"owner":null})");
}

}  // namespace
