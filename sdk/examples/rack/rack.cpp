// What a plugin says of the machine: the server gets it with the registration, as custom_metadata.
#include <aip/plugin.hpp>

namespace {

class Rack {
  public:
    static void describe(aip::Description<Rack>& d) {
        d.describe("Where the machine stands.");
        d.setting<std::string>("row", "Row of the rack").pattern("^[A-Z]$");
        d.setting<std::optional<int>>("slot", "Slot, if it has one").min(1);
        d.setting("sensors", "Names of the sensors that hang on it", std::vector<std::string>());
        d.deviceInfo(&Rack::collect);
    }

    void start(const aip::Settings& settings) {
        _row = settings.get<std::string>("row");
        _slot = settings.get<std::optional<int>>("slot");
        _sensors = settings.get<std::vector<std::string>>("sensors");
    }

    aip::Object collect() const {
        const aip::Object place{{"row", _row}, {"slot", _slot}, {"sensors", _sensors}};
        std::vector<std::string> features{"rack"};
        if (!_sensors.empty()) {
            features.emplace_back("sensors");
        }
        return {{"supported_features", features}, {"custom_metadata", aip::Object{{"rack", place}}}};
    }

  private:
    std::string _row;
    std::optional<int> _slot;
    std::vector<std::string> _sensors;
};

}  // namespace

AIP_PLUGIN(Rack)
