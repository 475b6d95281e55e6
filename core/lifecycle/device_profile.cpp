#include "lifecycle/device_profile.h"

#include "base/log.h"

#include <Poco/Exception.h>
#include <Poco/JSON/Array.h>
#include <Poco/JSON/Object.h>
#include <Poco/JSON/Parser.h>

#include <mutex>
#include <sstream>
#include <utility>

namespace aip::lifecycle {
namespace {

using Poco::JSON::Array;
using Poco::JSON::Object;

/// In the reference's order; other keys follow.
constexpr auto orderedKeys = {"device_id",       "platform",       "os_version",     "cpu_count",
                              "memory_total_gb", "hostname",       "ip_address",     "supported_features",
                              "platform_type",   "schema_version", "custom_metadata"};

Object::Ptr ordered() {
    return new Object(Poco::JSON_PRESERVE_KEY_ORDER);
}

void join(Object& into, const std::string& key, Array::Ptr more) {
    Array::Ptr list = into.isArray(key) ? into.getArray(key) : Array::Ptr(new Array);
    for (const auto& entry : *more) {
        list->add(entry);
    }
    into.set(key, list);
}

void mergeObject(Object& into, const std::string& key, Object::Ptr more) {
    Object::Ptr object = into.isObject(key) ? into.getObject(key) : ordered();
    for (const auto& [name, value] : *more) {
        if (!object->has(name)) {
            object->set(name, value);
        }
    }
    into.set(key, object);
}

void mergeSection(Object& into, Object& section) {
    for (const auto& [key, value] : section) {
        if (key == "supported_features" && section.isArray(key)) {
            join(into, key, section.getArray(key));
        } else if (key == "custom_metadata" && section.isObject(key)) {
            mergeObject(into, key, section.getObject(key));
        } else if (!into.has(key)) {
            into.set(key, value);
        }
    }
}

std::string textInOrder(Object& info) {
    auto sorted = ordered();
    for (const auto* key : orderedKeys) {
        if (info.has(key)) {
            sorted->set(key, info.get(key));
        }
    }
    for (const auto& [key, value] : info) {
        if (!sorted->has(key)) {
            sorted->set(key, value);
        }
    }
    std::ostringstream out;
    sorted->stringify(out);
    return out.str();
}

}  // namespace

/// The answers of all plugins to one question.
struct DeviceProfile::Collection {
    std::mutex mutex;
    std::vector<std::string> sections;
    std::vector<base::TimerQueue::Ticket> tickets;
    std::size_t open = 0;
    std::string ownAddress;
    Ready ready;
};

DeviceProfile::DeviceProfile(DeviceProfileSettings settings, Plugins plugins, execution::CallWatchdog& watchdog,
                             const base::Clock& clock)
    : _settings(std::move(settings)), _plugins(std::move(plugins)), _watchdog(watchdog), _clock(clock) {}

void DeviceProfile::collect(std::string ownAddress, Ready ready) const {
    const auto slots = _plugins ? _plugins() : std::vector<std::shared_ptr<plugins::Slot>>();
    auto collection = std::make_shared<Collection>();
    collection->sections.resize(slots.size());
    collection->tickets.resize(slots.size());
    collection->open = slots.size();
    collection->ownAddress = std::move(ownAddress);
    collection->ready = std::move(ready);
    if (slots.empty()) {
        collection->ready(merge(*collection));
        return;
    }
    for (std::size_t i = 0; i < slots.size(); ++i) {
        ask(slots[i], i, collection);
    }
}

void DeviceProfile::ask(const std::shared_ptr<plugins::Slot>& slot, std::size_t index,
                        const std::shared_ptr<Collection>& collection) const {
    hosting::Call::Request request;
    request.kind = hosting::Call::Kind::collect;
    request.id = "device-info:" + slot->manifest().id;
    request.deadline = _clock.now() + _settings.collectTimeout;
    auto call = std::make_shared<hosting::Call>(
        std::move(request), [this, collection, index, id = slot->manifest().id](hosting::Outcome outcome) {
            if (!outcome.ok()) {
                base::log::warn("plugin {}: no device info: {}", id, outcome.error);
            }
            std::unique_lock lock(collection->mutex);
            collection->sections[index] = std::move(outcome.json);
            _watchdog.done(collection->tickets[index]);
            if (--collection->open == 0) {
                lock.unlock();
                collection->ready(merge(*collection));
            }
        });
    {
        const std::lock_guard lock(collection->mutex);
        collection->tickets[index] = _watchdog.watch(call, slot);
    }
    slot->invoke(call);
}

std::string DeviceProfile::merge(const Collection& collection) const {
    try {
        auto info = ordered();
        info->set("device_id", _settings.clientId);
        if (!collection.ownAddress.empty()) {
            info->set("ip_address", collection.ownAddress);
        }
        Object::Ptr custom = ordered();
        for (const auto& [key, value] : _settings.customMetadata) {
            custom->set(key, value);
        }
        info->set("custom_metadata", custom);
        bool any = false;
        for (const auto& section : collection.sections) {
            if (!section.empty()) {
                auto object = Poco::JSON::Parser().parse(section).extract<Object::Ptr>();
                mergeSection(*info, *object);
                any = true;
            }
        }
        return any ? textInOrder(*info) : std::string();
    } catch (const Poco::Exception& failure) {
        base::log::warn("device info: {}", failure.displayText());
        return {};
    }
}

}  // namespace aip::lifecycle
