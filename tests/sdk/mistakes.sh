#!/usr/bin/env bash
# mistakes.sh COMPILER INCLUDE WORK: what the compiler says of mistakes that authors make. Each row is a mistake: what must
# stand within the first lines of the error, and the body of a plugin's class. No error is longer than a screen.
set -uo pipefail
compiler=$1 include=$2 work=$3
screen=50
failures=0 rows=0

rm -rf "$work"
mkdir -p "$work"
options=(-std=c++20 -Wall -Wextra "-I$include" '-DAIP_PLUGIN_ID="bad"' '-DAIP_PLUGIN_VERSION="1.0.0"')
"$compiler" "${options[@]}" -x c++-header "$include/aip/plugin.hpp" -o "$work/plugin.hpp.gch" || exit 1
if "$compiler" --version | grep -q clang; then
    options+=(-include-pch "$work/plugin.hpp.gch")
else
    options+=(-include "$work/plugin.hpp")
fi

compile() { # declarations, body of the class: compiles a plugin, prints what the compiler says
    printf '%s\nclass Bad {\n  public:\n%s\n};\nAIP_PLUGIN(Bad)\n' "$1" "$2" >"$work/bad.cpp"
    "$compiler" "${options[@]}" -fsyntax-only "$work/bad.cpp" 2>&1
}

fail() { # name, why, output
    echo "FAILED: $1: $2"
    head -n 60 <<<"$3"
    failures=$((failures + 1))
}

row() { # name, text that must be found, type or number that must be found, body, declarations
    local output first
    rows=$((rows + 1))
    if output=$(compile "${5-}" "$4"); then
        fail "$1" "it compiles" "$output"
        return
    fi
    first=$(head -n 25 <<<"$output")
    if ! grep -qF -- "$2" <<<"$first"; then
        fail "$1" "its first lines do not say '$2'" "$output"
    elif ! grep -qE -- "$3" <<<"$output"; then
        fail "$1" "it does not name '$3'" "$output"
    elif [ "$(wc -l <<<"$output")" -gt $screen ]; then
        fail "$1" "longer than $screen lines" "$output"
    fi
}

good() { # name, body, declarations
    local output
    rows=$((rows + 1))
    output=$(compile "${3-}" "$2") || fail "$1" "does not compile" "$output"
}

describe='static void describe(aip::Description<Bad>& d) { d.describe("Bad."); }'
tool() { # function and parameters, as they are given to action()
    printf 'static void describe(aip::Description<Bad>& d) { d.action("run", "Runs.", %s); }' "$1"
}

start='start() cannot be called'
row "private start" "$start" Bad "$describe private: void start() {}"
row "start with settings that it may change" "$start" Bad "$describe void start(aip::Settings&) {}"
row "start with a map" "$start" Bad "$describe void start(std::map<std::string, std::string>) {}"
row "start of a final class" "$start" Final "" 'class Final final { public:
    static void describe(aip::Description<Final>& d) { d.describe(""); }
    void start(int) {}
}; using Instance = aip::detail::Instance<Final>; auto* create = &Instance::create;'
row "start with a result" "start() returns nothing" Bad "$describe bool start() { return false; }"
row "start with and without settings that it may change" "more than one start()" Bad "$describe void start() {} void start(aip::Settings&) {}"
row "start of any type" "more than one start()" Bad "$describe template <typename S> void start(const S&) {}"
row "stop that is private with a reason" "more than one stop()" Bad "$describe void stop() {} private: void stop(int) {}"
row "private stop" "stop() cannot be called" Bad "$describe private: void stop() {}"
row "stop with a parameter" "stop() cannot be called" Bad "$describe void stop(int) {}"
row "onCancel of a number" "onCancel() cannot be called" Bad "$describe void onCancel(int) {}"
row "private onTaskBegin" "onTaskBegin() cannot be called" Bad "$describe private: void onTaskBegin(const aip::Task&) {}"
row "onTaskBegin without a task" "onTaskBegin() cannot be called" Bad "$describe void onTaskBegin() {}"
row "onTaskBegin with a task to be changed" "onTaskBegin() cannot be called" Bad "$describe void onTaskBegin(aip::Task&) {}"
row "private onTaskEnd" "onTaskEnd() cannot be called" Bad "$describe private: void onTaskEnd(const aip::Task&) {}"
row "onTaskEnd with the task's name" "onTaskEnd() cannot be called" Bad "$describe void onTaskEnd(const std::string&) {}"
row "onTaskEnd of a final class" "onTaskEnd() cannot be called" Final "" 'class Final final { public:
    static void describe(aip::Description<Final>& d) { d.describe(""); }
    void onTaskEnd(int) {}
}; using Instance = aip::detail::Instance<Final>; auto* create = &Instance::create;'
row "no describe" "needs a public 'static void describe" Bad "void start() {}"
row "describe that is not static" "needs a public 'static void describe" Bad "void describe(aip::Description<Bad>&) {}"
row "describe of a copy" "needs a public 'static void describe" Bad 'static void describe(aip::Description<Bad> d) { d.describe(""); }'
row "no default constructor" "needs a public default constructor" Bad "$describe explicit Bad(int) {}"

row "a set" "this type has no JSON form" 'Parameter<2.*std::set<int' "$(tool '[](int, std::set<int>) {}, "a", "b"')" '#include <set>'
row "a pointer" "a pointer has no JSON form" 'Parameter<1.*int ?\*' "$(tool '[](int*) {}, "a"')"
row "a C string" "a pointer has no JSON form" 'Parameter<1.*const char ?\*' "$(tool '[](const char*) {}, "a"')"
row "a smart pointer" "a pointer has no JSON form" 'Parameter<1.*unique_ptr' "$(tool '[](std::unique_ptr<int>) {}, "a"')"
row "a time" "this type has no JSON form" 'Parameter<1.*duration' "$(tool '[](std::chrono::seconds) {}, "a"')" '#include <chrono>'
row "a choice of types" "this type has no JSON form" 'Parameter<1.*variant' "$(tool '[](std::variant<int, std::string>) {}, "a"')" '#include <variant>'
row "a pair" "this type has no JSON form" 'Parameter<1.*pair' "$(tool '[](std::vector<std::pair<int, int>>) {}, "a"')"
row "a character" "a character has no JSON form" 'Parameter<3.*char' "$(tool '[](int, int, char) {}, "a", "b", "c"')"
row "an enumeration without names" "this enumeration has no names" 'Parameter<1.*Color' "$(tool '[](Color) {}, "a"')" 'enum class Color { red };'
row "a struct without fields" "does not list its members" 'Parameter<1.*Point' "$(tool '[](Point) {}, "a"')" 'struct Point { int x; };'
row "a struct with a member that has no form" "this type has no JSON form" 'std::set<int' "$(tool '[](std::vector<Point>) {}, "a"')" '#include <set>
struct Point { std::set<int> x; static auto fields() { return aip::fields(aip::field("x", &Point::x)); } };'
row "a struct that contains itself" "contains itself" Node "$(tool '[](Node) {}, "a"')" 'struct Node { std::vector<Node> below;
static auto fields() { return aip::fields(aip::field("below", &Node::below)); } };'
row "a struct without a default constructor" "needs a public default constructor" Point "$(tool '[](std::vector<Point>) {}, "a"')" 'struct Point { explicit Point(int y) : x(y) {} int x;
static auto fields() { return aip::fields(aip::field("x", &Point::x)); } };'
row "a map with numbers for keys" "the keys of a JSON object are texts" 'std::map<int' "$(tool '[](std::map<int, int>) {}, "a"')"
row "an object as a parameter" "aip::Object is written, not read" 'Parameter<1' "$(tool '[](aip::Object) {}, "a"')"
row "the call at the end" "aip::Call is the first parameter" 'Parameter<2' "$(tool '[](int, const aip::Call&) {}, "a"')"
row "the call by value" "the call as 'const aip::Call&'" Bad "$(tool '[](aip::Call, int) {}, "a"')"
row "the call to be changed" "the call is taken as 'const aip::Call&'" Bad "$(tool '[](aip::Call&, int) {}, "a"')"
row "the plugin by value" "the plugin's object is taken as 'T&'" Bad "$(tool '[](Bad, int) {}, "a"')"
order='before the parameters of a tool come, each once and in this order'
row "the call twice" "$order" Bad "$(tool '[](const aip::Call&, const aip::Call&, int) {}, "a"')"
row "the plugin after the call" "$order" Bad "$(tool '[](const aip::Call&, Bad&, int) {}, "a"')"
row "the plugin twice" "$order" Bad "$(tool '[](Bad&, const Bad&) {}')"
row "the plugin for a member function" "$order" Bad "void run(Bad&, int) {} $(tool '&Bad::run, "a"')"
row "a text by reference" "by value or by const reference" 'Parameter<1.*string' "$(tool '[](std::string&) {}, "a"')"
row "a parameter too few" "one aip::param for each parameter" Bad "$(tool '[](int, int) {}, "a"')"
row "a parameter too many" "one aip::param for each parameter" Bad "$(tool '[](int) {}, "a", "b"')"
row "a number for a parameter's name" "an aip::param for each" Bad "$(tool '[](int) {}, 7')"
row "a generic lambda" "a function with one signature" Bad "$(tool '[](auto) {}, "a"')"
row "something that is no function" "a function with one signature" Bad "$(tool '7')"
row "a function with any number of arguments" "a function with one signature" Bad "$(tool '&printf, "a"')" '#include <cstdio>'
row "a member function of temporary objects" "a function with one signature" Bad "void run() && {} $(tool '&Bad::run')"
row "a member of another class" "a member function of another class" Other "$(tool '&Other::run')" 'struct Other { void run() {} };'
row "a result without a form" "this type has no JSON form" 'Result<.*std::set<int' "$(tool '[] { return std::set<int>(); }')" '#include <set>'
row "a setting without a form" "this type has no JSON form" 'std::set<int' 'static void describe(aip::Description<Bad>& d) { d.setting<std::set<int>>("a", "b"); }' '#include <set>'
row "a setting that is read as another type" "this enumeration has no names" Color "$describe void start(const aip::Settings& settings) { settings.get<Color>(\"a\"); }" 'enum class Color { red };'
row "a type that is parsed" "this type has no JSON form" 'std::set<int' "$describe static void helper() { aip::parse<std::set<int>>(\"[]\"); }" '#include <set>'
row "a member of an object that is written" "this type has no JSON form" 'std::set<int' "$describe aip::Object helper() { return aip::Object().set(\"a\", std::set<int>()); }" '#include <set>'
row "device information about a machine that is told" "one aip::param for each parameter" Bad 'static void describe(aip::Description<Bad>& d) { d.deviceInfo([](int) { return aip::Object(); }); }'
row "device information that is a text" "what describes the machine is an object" Bad 'static void describe(aip::Description<Bad>& d) { d.deviceInfo([] { return std::string(); }); }'
row "device information that may be missing" "what describes the machine is an object" Bad 'static void describe(aip::Description<Bad>& d) { d.deviceInfo([] { return std::optional<aip::Object>(); }); }'
row "device information that is nothing" "what describes the machine is an object" Bad 'static void describe(aip::Description<Bad>& d) { d.deviceInfo([] {}); }'

row "a lambda that changes itself" "a tool is not 'mutable'" Bad "$(tool '[n = 0]() mutable { return ++n; }')"

good "all that may be" "$describe void start(const aip::Settings&) {} void stop() {} void onCancel(std::string_view) {}"
good "tasks" "$describe void onTaskBegin(const aip::Task&) {} void onTaskEnd(aip::Task) {}"
good "members by other names" "$describe private: bool _stop = false; int starts = 0;"
good "settings that are copied" "$describe void start(aip::Settings) {}"
good "a text that is moved in" "$(tool '[](std::string&& text) { return text; }, "a"')"
good "a struct without a default constructor as a result" "$(tool '[] { return Point(1); }')" 'struct Point { explicit Point(int y) : x(y) {} int x;
static auto fields() { return aip::fields(aip::field("x", &Point::x)); } };'
good "member functions that are qualified" "void a() & {} void b() const& noexcept {} int c() & noexcept { return 1; } $(tool '&Bad::a); d.action("b", "", &Bad::b')"
good "the plugin and the call" "$(tool '[](Bad&, const aip::Call&, int) {}, "a"')"
good "the call for a member function" "void run(const aip::Call&, int) {} $(tool '&Bad::run, "a"')"
good "device information as a map" 'static void describe(aip::Description<Bad>& d) { d.deviceInfo([](const Bad&, const aip::Call&) { return std::map<std::string, int>(); }); }'
good "results that are only written" "$(tool '[] { return std::vector<aip::Object>(); }')"

echo "$((rows - failures)) of $rows are as they should be"
[ "$failures" -eq 0 ]
