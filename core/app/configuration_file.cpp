#include "app/configuration_file.h"

#include "app/configuration_document.h"
#include "app/ini_document.h"
#include "app/xml_document.h"
#include "base/file.h"
#include "base/printable.h"

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

void fault(Configuration& out, std::string origin, std::string text) {
    out.findings.add({Severity::error, std::move(origin), "", std::move(text)});
}

/// `left`: bytes that the files may still hold.
void loadFile(Configuration& out, const std::string& file, std::size_t& left) {
    out.files.push_back(std::filesystem::absolute(file).string());
    if (!isConfiguration(file)) {
        fault(out, file, "a configuration file ends in .ini or .xml");
        return;
    }
    const auto text = base::readFile(file, {left, base::Access::onlyOursWrite});
    if (!text && text.error().code() == Code::exhausted) {
        fault(out, file,
              "the files of the configuration may hold 4 MiB together, and descriptors must be left to read them");
        return;
    }
    if (!text) {
        fault(out, "", text.error().text());
        return;
    }
    left -= text->size();
    const auto document = file.ends_with(".ini") ? parseIni(*text) : parseXml(*text);
    const auto at = [&](int line) { return file + ":" + std::to_string(line); };
    for (const auto& each : document.faults) {
        fault(out, at(each.line), each.text);
    }
    for (const auto& entry : document.entries) {
        out.values.push_back({entry.key, entry.written, at(entry.line)});
    }
}

Result<std::vector<std::string>> filesIn(const std::string& folder) {
    std::vector<std::string> files;
    std::error_code failed;
    for (std::filesystem::directory_iterator at(folder, failed), end; !failed && at != end; at.increment(failed)) {
        const std::string name = at->path().filename();
        if (isConfiguration(name) && !name.starts_with('.')) {
            files.push_back(at->path());
        }
    }
    if (failed) {
        return Error(Code::denied, folder + ": " + failed.message());
    }
    if (files.empty()) {
        return Error(Code::notFound, folder + ": holds no .ini or .xml file");
    }
    std::sort(files.begin(), files.end());
    return files;
}

}  // namespace

Configuration loadConfiguration(const std::vector<std::string>& paths) {
    Configuration out;
    std::size_t left = mostBytes;
    for (const auto& path : paths) {
        std::error_code ignored;
        if (!std::filesystem::is_directory(path, ignored)) {
            loadFile(out, path, left);
            continue;
        }
        // As a whole: in it may be what is refused now, and what is read next time.
        out.files.push_back(std::filesystem::absolute(path).string());
        const auto files = filesIn(path);
        if (!files) {
            fault(out, "", files.error().text());
            continue;
        }
        for (const auto& file : *files) {
            loadFile(out, file, left);
        }
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
        } else if (key == "server.token") {
            fault(configuration, commandLine,
                  "server.token would be seen by every user of this machine; use server.token_file");
        } else {
            configuration.values.push_back({key, definition.substr(equals + 1), commandLine});
        }
    }
}

}  // namespace aip::app
