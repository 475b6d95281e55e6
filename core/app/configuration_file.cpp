#include "app/configuration_file.h"

#include "app/configuration_document.h"
#include "app/ini_document.h"
#include "app/xml_document.h"
#include "base/file.h"
#include "base/printable.h"
#include "base/setting_text.h"

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <utility>

namespace aip::app {

using base::Code;
using base::Error;
using base::Result;

namespace {

constexpr const char* commandLine = "command line";
constexpr std::size_t mostBytes = 4UL << 20U;  ///< of all files together

bool isConfiguration(const std::string& name) {
    return name.ends_with(".ini") || name.ends_with(".xml");
}

void fault(Configuration& out, std::string origin, std::string text, Found found = Found::unreadable) {
    out.findings.add({found, std::move(origin), "", std::move(text)});
}

/// Beside the bounds of each file: a folder may hold many.
constexpr std::size_t mostKeys = 16'384;
constexpr std::size_t mostEntries = 4'096;

/// Reads one file after the other, as long as the whole stays within its bounds.
class Loader {
  public:
    explicit Loader(Configuration& out) : _out(out) {}

    void load(const std::string& path) {
        std::error_code ignored;
        if (!std::filesystem::is_directory(path, ignored)) {
            return loadFile(path);
        }
        // As a whole: in it may be what is refused now, and what is read next time.
        _out.files.push_back(std::filesystem::absolute(path).string());
        const auto files = filesIn(path);
        if (!files) {
            return fault(_out, "", files.error().text(), foundInFile(files.error(), Found::unreadable));
        }
        for (const auto& file : *files) {
            loadFile(file);
        }
    }

  private:
    void loadFile(const std::string& file) {
        _out.files.push_back(std::filesystem::absolute(file).string());
        if (_ended) {
            return;
        }
        if (!isConfiguration(file)) {
            return fault(_out, file, "a configuration file ends in .ini or .xml");
        }
        const auto text = base::readFile(file, {_left, base::Access::onlyOursWrite});
        std::error_code ignored;
        if (!text && text.error().code() == Code::exhausted && std::filesystem::file_size(file, ignored) > _left) {
            return fault(_out, file, "the files of the configuration may hold 4 MiB together");
        }
        if (!text) {
            return fault(_out, "", text.error().text(), foundInFile(text.error(), Found::unreadable));
        }
        _left -= text->size();
        add(file, file.ends_with(".ini") ? parseIni(*text) : parseXml(*text));
    }

    void add(const std::string& file, const ConfigurationDocument& document) {
        _keys += document.entries.size() + document.faults.size();
        if (_keys > mostKeys) {
            _ended = true;
            return fault(_out, file,
                         "with this file the configuration has more than 16384 keys; nothing is read from here on");
        }
        const auto at = [&](int line) { return file + ":" + std::to_string(line); };
        for (const auto& each : document.faults) {
            fault(_out, at(each.line), each.text);
        }
        for (const auto& entry : document.entries) {
            _out.values.push_back({entry.key, entry.written, at(entry.line)});
        }
    }

    /// A name with a dot at its front is left out in silence, any other that is not read is told.
    Result<std::vector<std::string>> filesIn(const std::string& folder) {
        std::vector<std::string> names;
        std::error_code failed;
        for (std::filesystem::directory_iterator at(folder, failed), end; !failed && at != end; at.increment(failed)) {
            names.push_back(at->path());
            if (names.size() > mostEntries) {
                return Error(Code::exhausted,
                             folder + ": holds more than 4096 entries; give the configuration its own");
            }
        }
        if (failed) {
            return Error(Code::denied, folder + ": " + failed.message());
        }
        std::sort(names.begin(), names.end());
        std::erase_if(names, [this](const std::string& name) { return !isToBeRead(name); });
        return names.empty()
                   ? Result<std::vector<std::string>>(Error(Code::notFound, folder + ": holds no .ini or .xml file"))
                   : std::move(names);
    }

    bool isToBeRead(const std::string& file) {
        const std::string name = std::filesystem::path(file).filename();
        if (name.starts_with('.') || isConfiguration(name)) {
            return !name.starts_with('.');
        }
        _out.findings.add(
            {Found::ignoredFile, file, "",
             "is not read: of a folder, only files count whose names end in .ini or .xml (small letters)"});
        return false;
    }

    Configuration& _out;
    std::size_t _keys = 0;
    std::size_t _left = mostBytes;  ///< bytes that the files may still hold
    bool _ended = false;
};

/// To the environment: what it stands for is not seen.
bool isOneReference(const std::string& written) {
    const auto text = base::trimmed(written);
    return text.starts_with("${system.env.") && text.find('}') == text.size() - 1;
}

}  // namespace

Configuration loadConfiguration(const std::vector<std::string>& paths) {
    Configuration out;
    Loader loader(out);
    for (const auto& path : paths) {
        loader.load(path);
    }
    return out;
}

void addDefinitions(Configuration& configuration, const std::vector<std::string>& definitions) {
    for (const auto& definition : definitions) {
        const auto equals = definition.find('=');
        const std::string key = definition.substr(0, equals);
        if (equals == std::string::npos) {
            fault(configuration, commandLine, "'" + base::printable(key, 255) + "' is not of the form key=value");
        } else if (!isKey(key)) {
            fault(configuration, commandLine, notAKey(key));
        } else if (key == "server.token" && !isOneReference(definition.substr(equals + 1))) {
            fault(configuration, commandLine,
                  "server.token would be seen by every user of this machine; use server.token_file");
        } else {
            configuration.values.push_back({key, definition.substr(equals + 1), commandLine});
        }
    }
}

}  // namespace aip::app
