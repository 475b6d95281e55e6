// Has no tool but those that come when it runs.
#include <aip/plugin.hpp>

class Growing {
  public:
    static void describe(aip::Description<Growing>& d) {
        d.describe("Its tools come when it runs.").dynamicTools(&Growing::_tools);
    }

    void start() {
        _tools.action(
            "greet", "Greets someone.", [](const std::string& name) { return "Hello " + name; }, "name");
    }

  private:
    aip::DynamicTools<Growing> _tools;
};

AIP_PLUGIN(Growing)
