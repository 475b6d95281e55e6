// One tool for everything that the wrapper can do. Called by wrapper_test.cpp through the raw C ABI.
#include <aip/plugin.hpp>

#include <atomic>
#include <stdexcept>

namespace {

enum class Color { red, green };
constexpr auto enumNames(Color) {
    return aip::names<Color>({{Color::red, "red"}, {Color::green, "green"}});
}

struct Point {
    int x = 0;
    std::optional<double> y;

    static auto fields() { return aip::fields(aip::field("x", &Point::x), aip::field("y", &Point::y)); }
};

struct Shape {
    std::string name;
    std::vector<Point> points;
    Color color = Color::red;

    static auto fields() {
        return aip::fields(aip::field(aip::param("name", "What it is").minLength(1), &Shape::name),
                           aip::field("points", &Shape::points),
                           aip::field(aip::param("color", "Of its line", Color::green), &Shape::color));
    }
};

int extensionTable = 42;

std::string join(const std::vector<std::string>& words, const std::string& separator) {
    std::string out;
    for (const auto& word : words) {
        out += (out.empty() ? "" : separator) + word;
    }
    return out;
}

class Zoo {
  public:
    static void describe(aip::Description<Zoo>& d);

    void start(const aip::Settings& settings) {
        _greeting = settings.get<std::string>("greeting");
        _limit = settings.get<std::optional<int>>("limit");
        if (settings.get<bool>("refuse")) {
            throw aip::Error(aip::Code::unavailable, "told to refuse");
        }
    }
    void stop() { aip::log::info("stopped"); }
    void onCancel(std::string_view callId) { aip::log::debug("cancel " + std::string(callId)); }

    std::string greet(const aip::Call& call, const std::string& name, int times) const {
        return std::string(call.id()) + ": " + _greeting + " " + name + " x" + std::to_string(times);
    }
    aip::Object settings() const { return {{"greeting", _greeting}, {"limit", _limit}}; }
    void nothing() noexcept {}
    aip::Object collect(const aip::Call&) const { return aip::Object().set("hostname", "zoo"); }

  private:
    static void describeTypes(aip::Description<Zoo>& d);
    static void describeFailures(aip::Description<Zoo>& d);

    std::string _greeting = "not started";
    std::optional<int> _limit;
};

void Zoo::describe(aip::Description<Zoo>& d) {
    d.describe("Everything that the wrapper can do.").nameSpace("Zoo").concurrency(4);
    d.action("greet", "Greets someone.", &Zoo::greet, aip::param("name", "Who to greet"),
             aip::param("times", "How often", 1).min(1).max(10))
        .title("Greet")
        .timeout(std::chrono::seconds(30))
        .meta({R"({"tags":["polite"]})"})
        .annotations({R"({"readOnlyHint":true})"});
    d.dataCollection("settings", "The settings in force.", &Zoo::settings).nameSpace("ZooData");
    d.action("nothing", "Does nothing.", &Zoo::nothing);
    d.setting("greeting", "How to greet", "Hello").minLength(1);
    d.setting<std::optional<int>>("limit", "At most so many").min(0);
    d.setting("refuse", "Whether start fails", false);
    d.deviceInfo(&Zoo::collect);
    d.extension("org.example.answer/1", &extensionTable);
    describeTypes(d);
    describeFailures(d);
}

template <typename T>
T same(T value) {
    return value;
}

void Zoo::describeTypes(aip::Description<Zoo>& d) {
    d.action("join", "Joins words.", &join, aip::param("words", "What to join").minItems(1),
             aip::param("separator", "", " "));
    d.action("int8", "", &same<std::int8_t>, "value");
    d.action("int64", "", &same<std::int64_t>, "value");
    d.action("uint64", "", &same<std::uint64_t>, "value");
    d.action("double", "", &same<double>, "value");
    d.action("bool", "", &same<bool>, "value");
    d.action("optional", "", &same<std::optional<int>>, aip::param("value", "Perhaps").min(0));
    d.action("map", "", &same<std::map<std::string, int>>, "value");
    d.action("bits", "", &same<std::vector<bool>>, "value");
    d.action("enum", "", &same<Color>, "value");
    d.action("struct", "", &same<Shape>, "value");
    d.action("json", "", &same<aip::Json>, "value");
    d.action("text", "", &same<std::string>, aip::param("value").pattern("^[^!]*$").maxLength(1U << 30U));
    d.action("pick", "", &same<std::string>, aip::param("value").oneOf({"a", "b"}));
    d.action(
        "size", "", [](std::string_view text) { return text.size(); }, aip::param("text", "", "four"));
    d.action("bytes", "", [] { return std::string("ok \xFF\xC3( \xE2\x82\xAC \x01\"\\"); });
    d.action("infinity", "", [] { return std::numeric_limits<double>::infinity(); });
}

void Zoo::describeFailures(aip::Description<Zoo>& d) {
    d.action(
        "fail", "", [](int code) { throw aip::Error(aip_status{code}, "failed with " + std::to_string(code)); },
        "code");
    d.action("throw_runtime_error", "", [] { throw std::runtime_error("out of luck \xFF"); });
    d.action("throw_int", "", [] { throw 42; });
    d.action("wait", "Until it is cancelled.", [](const Zoo&, const aip::Call& call) {
        call.progress(0, "waiting");
        const bool cancelled = call.waitCancelled(call.remaining());
        call.progress(1000);
        if (cancelled) {
            call.throwIfCancelled();
        }
    });
}

}  // namespace

AIP_PLUGIN(Zoo)
