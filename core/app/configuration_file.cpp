#include "app/configuration_file.h"

#include "app/configuration_document.h"
#include "app/ini_document.h"
#include "app/xml_document.h"
#include "base/file.h"

#include <algorithm>
#include <filesystem>
#include <system_error>

namespace aip::app {

using base::Code;
using base::Error;
using base::Result;

namespace {

constexpr base::FileRule configurationRule{4UL << 20U, base::Access::onlyOursWrite};

bool isConfiguration(const std::string& name) {
    return name.ends_with(".ini") || name.ends_with(".xml");
}

void loadFile(Configuration& out, const std::string& file) {
    out.files.push_back(std::filesystem::absolute(file).string());
    if (!isConfiguration(file)) {
        out.faults.emplace_back(Code::invalid, file + ": a configuration file ends in .ini or .xml");
        return;
    }
    const auto text = base::readFile(file, configurationRule);
    if (!text) {
        out.faults.push_back(text.error());
        return;
    }
    const auto document = file.ends_with(".ini") ? parseIni(*text) : parseXml(*text);
    const auto at = [&](int line) { return file + ":" + std::to_string(line); };
    for (const auto& fault : document.faults) {
        out.faults.emplace_back(Code::invalid, at(fault.line) + ": " + fault.text);
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
    for (const auto& path : paths) {
        std::error_code ignored;
        if (!std::filesystem::is_directory(path, ignored)) {
            loadFile(out, path);
            continue;
        }
        const auto files = filesIn(path);
        if (!files) {
            out.faults.push_back(files.error());
            continue;
        }
        for (const auto& file : *files) {
            loadFile(out, file);
        }
    }
    return out;
}

void addDefinitions(Configuration& configuration, const std::vector<std::string>& definitions) {
    for (const auto& definition : definitions) {
        const auto equals = definition.find('=');
        const std::string key = definition.substr(0, equals);
        if (equals == std::string::npos || !isKey(key)) {
            configuration.faults.emplace_back(Code::invalid,
                                              "command line: '" + key + "' is not of the form key=value");
        } else if (key == "server.token") {
            configuration.faults.emplace_back(
                Code::denied,
                "command line: server.token would be seen by every user of this machine; use server.token_file");
        } else {
            configuration.values.push_back({key, definition.substr(equals + 1), "command line"});
        }
    }
}

}  // namespace aip::app
