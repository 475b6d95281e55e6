#include "command.h"
#include "exit_code.h"
#include "sign.h"

#include <iostream>

namespace aip::tool {
namespace {

using Action = base::Result<void> (*)(const std::filesystem::path& plugin, const std::filesystem::path& key);

base::Result<int> run(const Arguments& arguments, Action action, const char* success) {
    const auto& plugin = arguments.words().front();
    if (arguments.get("--key").empty()) {
        return base::Error(base::Code::invalid, "--key=FILE is missing");
    }
    if (const auto result = action(plugin, arguments.get("--key")); !result) {
        return failure(plugin, result.error().text());
    }
    std::cout << success << '\n';
    return done;
}

}  // namespace

Command signCommand() {
    return {.name = "sign",
            .words = "--key=FILE FOLDER|plugin.json",
            .summary = "Signs a finished plugin for agents with plugins.trust = signed: writes plugin.json.sig.",
            .details = "To make a key: openssl genpkey -algorithm ed25519 -out FILE, and chmod 600 FILE.\n",
            .options = {{"--key", "FILE", "a private Ed25519 key that nobody else can read"}},
            .run = [](const Arguments& arguments) { return run(arguments, &sign, "plugin.json.sig is written"); }};
}

Command verifyCommand() {
    return {.name = "verify",
            .words = "--key=FILE FOLDER|plugin.json",
            .summary = "Is manifest and library what the owner of the key has signed?",
            .details = "To make the public key: openssl pkey -in PRIVATE -pubout -out FILE\n",
            .options = {{"--key", "FILE", "the public key"}},
            .run = [](const Arguments& arguments) { return run(arguments, &verify, "the signature is good"); }};
}

}  // namespace aip::tool
