#include "inspect.h"
#include "manifest.h"
#include "sign.h"

#include <exception>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace {

namespace fs = std::filesystem;

enum Exit { done = 0, failed = 1, usage = 2 };

constexpr std::string_view help = R"(aip-plugin - the plugin author's tool

  aip-plugin manifest LIBRARY [--from FILE] [-o OUT]
      Writes plugin.json for LIBRARY. The library is loaded in a child process and asked (aip.manifest/1); with --from
      the manifest is taken from FILE instead and no code is run. "library" and "sha256" are added in both cases.
  aip-plugin inspect LIBRARY|FOLDER
      Shows manifest, ABI numbers, exported symbols and tools of a plugin without running any of its code.
  aip-plugin sign --key=FILE FOLDER|plugin.json
      Signs a finished plugin for agents with plugins.trust = signed: writes plugin.json.sig. FILE is a private Ed25519
      key that nobody else can read: openssl genpkey -algorithm ed25519 -out FILE, and chmod 600.
  aip-plugin verify --key=FILE FOLDER|plugin.json
      Is manifest and library what the owner of the public key in FILE has signed? openssl pkey -in PRIVATE -pubout
  aip-plugin --help | --version

Exit codes: 0 done, 1 the plugin is not good or a file cannot be used, 2 wrong usage.
)";

int misused(std::string_view text) {
    std::cerr << "aip-plugin: " << text << "; see aip-plugin --help\n";
    return usage;
}

int failure(std::string_view file, std::string_view text) {
    std::cerr << "aip-plugin: " << file << ": " << text << '\n';
    return failed;
}

struct Options {
    std::string file;
    std::optional<fs::path> from;
    std::optional<fs::path> out;
};

/// Nothing if the words make no sense.
std::optional<Options> parse(std::span<char*> words) {
    Options options;
    for (std::size_t i = 0; i < words.size(); ++i) {
        const std::string_view word = words[i];
        const bool option = word == "-o" || word == "--from";
        if (option && i + 1 < words.size()) {
            (word == "-o" ? options.out : options.from) = words[++i];
        } else if (!option && !word.starts_with('-') && options.file.empty()) {
            options.file = word;
        } else {
            return std::nullopt;
        }
    }
    return options.file.empty() ? std::nullopt : std::optional(options);
}

int runManifest(const Options& options) {
    const auto text = aip::tool::makeManifest(options.file, options.from);
    if (!text) {
        return failure(options.file, text.error().text());
    }
    if (!options.out) {
        std::cout << *text;
        return done;
    }
    std::ofstream out(*options.out, std::ios::binary);
    out << *text << std::flush;
    return out ? done : failure(options.out->string(), "cannot be written");
}

int runInspect(const Options& options) {
    if (options.from || options.out) {
        return misused("inspect takes no options");
    }
    const auto result = aip::tool::inspect(options.file, std::cout);
    return result ? done : failure(options.file, result.error().text());
}

/// "--key=FILE PLUGIN" in either order.
int runSigning(std::string_view command, std::span<char*> words) {
    fs::path key;
    fs::path plugin;
    for (const std::string_view word : words) {
        const bool option = word.starts_with("--key=");
        fs::path& value = option ? key : plugin;
        if (!value.empty() || (!option && word.starts_with('-'))) {
            return misused("wrong arguments for " + std::string(command));
        }
        value = option ? word.substr(std::string_view("--key=").size()) : word;
    }
    if (key.empty() || plugin.empty()) {
        return misused(std::string(command) + " needs --key=FILE and the folder of a plugin");
    }
    const auto result = command == "sign" ? aip::tool::sign(plugin, key) : aip::tool::verify(plugin, key);
    if (!result) {
        return failure(plugin.string(), result.error().text());
    }
    std::cout << (command == "sign" ? "plugin.json.sig is written\n" : "the signature is good\n");
    return done;
}

int run(std::span<char*> words) {
    const std::string_view command = words.empty() ? "--help" : words[0];
    if (command == "--help" || command == "-h") {
        std::cout << help;
        return done;
    }
    if (command == "--version") {
        std::cout << "aip-plugin " AIP_VERSION "\n";
        return done;
    }
    if (command == "sign" || command == "verify") {
        return runSigning(command, words.subspan(1));
    }
    if (command != "manifest" && command != "inspect") {
        return misused("unknown command '" + std::string(command) + "'");
    }
    const auto options = parse(words.subspan(1));
    if (!options) {
        return misused("wrong arguments for " + std::string(command));
    }
    return command == "manifest" ? runManifest(*options) : runInspect(*options);
}

}  // namespace

int main(int argc, char** argv) {
    try {
        return run(std::span(argv, static_cast<std::size_t>(argc)).subspan(1));
    } catch (const std::exception& error) {
        return failure("error", error.what());
    }
}
