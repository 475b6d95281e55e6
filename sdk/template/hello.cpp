#include <aip/plugin.hpp>

class Hello {
  public:
    static void describe(aip::Description<Hello>& d) {
        d.describe("Says hello.").nameSpace("HelloTools");
        d.action("greet", "Greets someone.", &Hello::greet, aip::param("name", "Who to greet"),
                 aip::param("times", "How often", 1).min(1).max(10));
        d.setting("greeting", "The word to greet with", "Hello");
    }

    void start(const aip::Settings& settings) { _greeting = settings.get<std::string>("greeting"); }

    std::string greet(const std::string& name, int times) const {
        std::string text = _greeting;
        for (int i = 0; i < times; ++i) {
            text += " " + name;
        }
        return text;
    }

  private:
    std::string _greeting;
};

AIP_PLUGIN(Hello)
