// Has no tool but those that come when it runs.
#include <aip/plugin.hpp>

#include <unistd.h>

class Growing {
  public:
    static void describe(aip::Description<Growing>& d) {
        d.describe("Its tools come when it runs.").dynamicTools(&Growing::_tools);
    }

    void start() {
        _tools.action(
            "greet", "Greets someone.", [](const std::string& name) { return "Hello " + name; }, "name");
        _tools.add(aip::foreignTool<Growing>("action", "walks", "Changes the working directory.",
                                             {R"({"type":"object"})"},
                                             [](Growing&, const aip::Call&, std::string_view) {
                                                 return aip::Json{std::to_string(::chdir("/proc"))};
                                             })
                       .destructive());
    }

  private:
    aip::DynamicTools<Growing> _tools;
};

AIP_PLUGIN(Growing)
