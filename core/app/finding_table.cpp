#include "app/finding_table.h"

#include <algorithm>

namespace aip::app {
namespace {

struct FoundTable {
    using enum Severity;

    static constexpr FoundRow rows[] = {
        {Found::unreadable, error, "a file of the configuration cannot be read or understood",
         "mend the file; aip-agent --sample=ini shows the form"},
        {Found::unknownKey, error, "a key that does not exist",
         "write it as aip-agent --sample=ini does, or remove it"},
        {Found::invalidValue, error, "a value that is not valid, or one that is missing",
         "write a value that aip-agent --sample=ini describes"},
        {Found::idleSetting, warning, "a setting without effect", "remove it, or set what it depends on"},
        {Found::contradiction, warning, "two settings that contradict each other", "change one of the two"},
        {Found::doubtfulList, warning, "an item of a list that looks like a typing error",
         "if it is meant, write it in quotes"},
        {Found::emptyList, warning, "a list that is written, and empty",
         "leave it out; if it is meant and of a plugin, write []"},
        {Found::replacedValue, note, "a value that another one replaces", "remove one of the two"},
        {Found::ignoredFile, note, "a file in a folder of the configuration that is not read",
         "let its name end in .ini or .xml if it is to count"},
        {Found::idleProfile, warning, "a profile that offers nothing or is for whom another one is",
         "list namespaces in its action or data_collection, or remove it"},
        {Found::profileInVain, warning, "what profiles ask for in vain, and what none of them offers",
         "compare the profiles with the tools that aip-agent --list-plugins shows"},
        {Found::limitInVain, warning, "a pattern of [limits] that fits no tool",
         "compare it with the tools that aip-agent --list-plugins shows"},
        {Found::riskyServer, warning,
         "an MCP server whose secrets can be read on the way, or whose folder depends on the start",
         "use https://, and an absolute path in cwd"},

        {Found::missingFile, error, "a file that a setting names is not there, or is not a plain file",
         "make the file, or mend the path"},
        {Found::openToOthers, error, "a file that decides or holds a secret, and is open to others",
         "let it belong to root or the agent's user, and chmod go-rwx it"},
        {Found::unusablePath, error, "a file or folder that nobody could write", "name another place"},
        {Found::notWritable, warning, "a file or folder that this user cannot write",
         "change its owner or mode; if only the agent's user may write it, run --check as that user"},
        {Found::newInbox, note, "the inbox is not there", "nothing to do: it is made when the first file comes"},
        {Found::mistypedState, error, "the state folder lies in a folder that is not there",
         "make that folder, or mend state.directory"},
        {Found::unusableState, warning, "the state folder cannot be used",
         "change its owner or mode, or name another one in state.directory; without it plugins keep nothing"},
        {Found::sharedFile, error, "log.file is a file that another setting names", "give the log a file of its own"},
        {Found::changeableByOthers, warning, "others may change a file or folder that decides",
         "chmod go-w it, and let it belong to root or the agent's user"},
        {Found::littleSpace, warning, "little space where the agent writes", "make room there, or name another place"},
        {Found::fewDescriptors, warning, "few descriptors are left",
         "raise the limit (ulimit -n, LimitNOFILE=), or end what has too much open"},
        {Found::closedFile, error, "a file that this user may not read",
         "let it belong to the agent's user; what systemd hands over (LoadCredential=) stays root's: run --check as "
         "root then"},
        {Found::fewTasks, note,
         "the plugins may make more processes and threads than the system grants to them and the agent",
         "lower plugins.process_limit, or raise TasksMax= of the unit, or the limit of the container"},

        {Found::shortage, error, "the system is short of descriptors, memory or threads",
         "nothing to change in the configuration: end what has too much open, or raise the limit (ulimit -n, "
         "LimitNOFILE=)"},
        {Found::noName, error, "the name of the server or proxy cannot be looked up",
         "check the host in server.url and the name servers of this machine; behind a proxy, set "
         "connection.http_proxy"},
        {Found::noRoute, error, "this machine has no route to the address",
         "check that this machine has a network and a default route; behind a proxy, set connection.http_proxy"},
        {Found::nobodyThere, error, "nobody listens at the address",
         "check host and port in server.url or connection.http_proxy, that the server runs there, and the firewalls in "
         "between"},
        {Found::noAnswer, error, "no answer from the address in time",
         "check host and port in server.url or connection.http_proxy, that the server runs there, and the firewalls in "
         "between: one of them may drop what is sent"},
        {Found::notReached, error, "the server or proxy cannot be reached",
         "check host and port in server.url or connection.http_proxy, that the server runs there, and the firewalls in "
         "between"},
        {Found::notAProxy, error, "what listens at the proxy's address is not an HTTP proxy",
         "check host and port in connection.http_proxy, or in https_proxy of the environment: what listens there is "
         "not an "
         "HTTP proxy"},
        {Found::proxyCuts, error, "the proxy cuts the connection",
         "check host and port in connection.http_proxy, or in https_proxy of the environment, and the log of the "
         "proxy"},
        {Found::proxyBusy, error, "the proxy wants fewer attempts", "wait: the proxy wants fewer attempts"},
        {Found::proxyInVain, error, "the proxy cannot reach the server",
         "check host and port in server.url, and whether the proxy can reach them"},
        {Found::proxyRefuses, error, "the proxy refuses",
         "check connection.http_proxy and connection.http_proxy_credentials_file, or https_proxy and no_proxy of the "
         "environment"},
        {Found::noTls, error, "the server does not speak TLS there",
         "check the port in server.url, or use ws:// (to another machine with server.allow_plaintext)"},
        {Found::tlsSilence, error, "no answer to the TLS handshake in time",
         "check the port in server.url: what listens there does not answer as TLS does; a slow server needs a longer "
         "connection.connect_timeout"},
        {Found::tlsCut, error, "the server cuts the TLS handshake",
         "check the port in server.url, and the log of the server: it may not speak TLS there"},
        {Found::untrusted, error, "TLS: nobody whom we trust vouches for the server's certificate",
         "check server.ca_file: it names the certificate of the issuer, or that of the server"},
        {Found::otherName, error, "TLS: the certificate is for another name than that in server.url",
         "check the host in server.url, or have a certificate made for it"},
        {Found::otherKey, error, "TLS: the server's key is not that of server.public_key_pin",
         "check server.public_key_pin, and who answers there: somebody may be in between"},
        {Found::expired, error, "TLS: a certificate or revocation list has expired",
         "check the clock of this device; if it is right, have the certificate renewed"},
        {Found::notYetValid, error, "TLS: a certificate or revocation list is not valid yet",
         "check the clock of this device: it is mostly behind (timedatectl)"},
        {Found::certificateWanted, error, "TLS: the server demands a certificate of this device",
         "set server.certificate_file and server.private_key_file: a certificate that the server trusts, and its key"},
        {Found::tlsFails, error, "TLS: another failure",
         "check server.ca_file, server.public_key_pin, server.certificate_file and the host in server.url"},
        {Found::tlsThere, error, "the server speaks TLS, and was spoken to without",
         "write wss:// instead of ws:// in server.url"},
        {Found::upgradeCut, error, "the server cuts the upgrade to a WebSocket",
         "check the log of the server and of a proxy in front of it, and the path in server.url; if the server speaks "
         "TLS "
         "there, use wss://"},
        {Found::upgradeSilence, error, "no answer to the upgrade in time",
         "check the path in server.url and that a WebSocket server listens there; a slow one needs a longer "
         "connection.connect_timeout"},
        {Found::redirected, error, "the server leads elsewhere",
         "put the address that it leads to into server.url, as ws:// or wss://"},
        {Found::notHttp, error, "what listens there does not speak HTTP",
         "check host and port in server.url: what listens there is not a web server, or speaks HTTP/2 only"},
        {Found::webPage, error, "a web server answers with a page",
         "check the path in server.url: a web server answers there with a page, not with a WebSocket"},
        {Found::nothingThere, error, "the server has nothing at this path",
         "check the path in server.url: the server has nothing at this one"},
        {Found::proxyBetween, error, "a proxy in between wants credentials",
         "set connection.http_proxy to the proxy in between, and connection.http_proxy_credentials_file; or have it "
         "let "
         "this device pass"},
        {Found::otherProtocol, error, "the server wants another protocol",
         "use wss:// if the server wants TLS; otherwise check the path in server.url, and that the server there speaks "
         "WebSocket version 13"},
        {Found::tooManyAttempts, error, "the server wants fewer attempts",
         "wait: the server wants fewer attempts; the key and the address are not in doubt"},
        {Found::serverFails, error, "the server fails by itself",
         "check the server, or what stands in front of it: it fails by itself"},
        {Found::tokenRefused, error, "the server refuses the token",
         "check the path in server.url, the key (server.token_file or server.token) and server.token_in"},
        {Found::upgradeRefused, error, "the server refuses the upgrade",
         "check the path in server.url, the key (server.token_file or server.token) and server.token_in"},
        {Found::registrationSilence, error, "no answer to the registration in time",
         "check that server.url is that of an Agent Server; a slow one needs a longer connection.registration_timeout"},
        {Found::registrationCut, error, "the server cuts the registration",
         "check the log of the server and of a proxy in front of it"},
        {Found::registrationRefused, error, "the server refuses the registration",
         "check client.id: another device, or this agent at work, may have it"},
        {Found::connectionLost, error, "the connection is lost, and not there again yet",
         "wait: the agent connects again by itself; if this repeats, check the log of the server and what stands in "
         "between"},
        {Found::clockSkew, warning, "the clocks of this device and of the server differ",
         "set the clock of the one that is wrong (timedatectl set-ntp true)"},

        {Found::noUserNamespace, note, "plugins get no user namespace",
         "allow it (kernel.unprivileged_userns_clone, user.max_user_namespaces, the container's seccomp profile)"},
        {Found::noPidNamespace, note, "plugins get no PID namespace, and see other processes",
         "allow it (user.max_pid_namespaces, the container's seccomp profile)"},
        {Found::noIpcNamespace, note, "plugins get no IPC namespace",
         "allow it (user.max_ipc_namespaces, the container's seccomp profile)"},
        {Found::noLandlock, note, "plugins may signal processes outside: Landlock with scopes is missing",
         "use a kernel of 6.12 or later with Landlock (lsm=landlock,...)"},
        {Found::noSeccomp, note, "the kernel has no filters of system calls (seccomp)",
         "use a kernel with CONFIG_SECCOMP_FILTER"},
        {Found::noProbe, warning, "the program in which plugins run does not answer",
         "install the agent again: aip-plugin-runner lies in lib/aip-agent beside it"},
        {Found::runsAsRoot, note, "plugins and their commands have all rights",
         "start the agent as a user of its own, as the systemd unit does"},

        {Found::noPlugins, warning, "no plugin is installed",
         "install plugins there, or name their folder in plugins.directories"},
        {Found::allOff, warning, "no plugin may run", "enable one of them, or list one in plugins.allow"},
        {Found::noPluginFolder, warning, "a folder of plugins cannot be read", "make it, or mend plugins.directories"},
        {Found::refusedPlugin, warning, "a plugin that is refused or does not start",
         "mend what the reason says, or set enabled = false in [plugin.ID]"},
        {Found::leftOutPlugin, note, "a plugin that plugins.allow leaves out", "list it there if it is to run"},
        {Found::statelessPlugin, note, "a plugin without a folder for its state",
         "let the state folder be usable by the user of the plugin"},
        {Found::leftOutTool, warning, "a tool that cannot be offered", "have the plugin mended by who made it"},
        {Found::pluginSetting, warning, "a value that a plugin's manifest does not take",
         "write a value that the manifest describes (aip-plugin inspect)"},
        {Found::pluginWarns, warning, "a setting of which a plugin warns", "mend what the plugin says"},
        {Found::notInstalled, warning, "settings of a plugin that is not installed", "install it, or remove them"},
        {Found::mistypedSection, error, "settings of a plugin that is not installed, while one of a similar name is",
         "mend the name of the section"},
        {Found::otherUser, warning, "plugins are to run as another user, and the agent is not root",
         "leave it out, or start the agent as root; until then the plugins are refused"},
        {Found::noProgram, warning, "an MCP server whose program or folder is not there",
         "install it, write its whole path, or set PATH in env"},
        {Found::pluginList, warning, "a list of plugins that names one twice, or one that is not installed",
         "mend the list: ids with commas between them"},
        {Found::idlePlugin, note, "a list of plugins that names one that does not run",
         "remove it, or enable the plugin"},
        {Found::brokenPlugin, warning, "a plugin that does not work now",
         "look at its lines in the log; aip-agentctl plugins revive ID tries it at once"},
        {Found::refusedUpdate, warning, "a newer plugin in the folder that does not replace the one at work",
         "mend what the reason says, then reload"},
        {Found::disabledPlugin, warning, "a plugin that an operator has disabled until the next start",
         "aip-agentctl plugins enable ID; to make it last: plugin.ID.enabled = false"},

        {Found::lockedDevice, warning, "an operator has locked this device",
         "aip-agentctl unlock, once the reason is gone"},
        {Found::noProgress, error, "a thread of the agent makes no progress", "restart the agent, and report its log"},
        {Found::slowCheck, warning, "the checks of files do not end in time",
         "look for a file system that does not answer (df, mount)"},
        {Found::auditFails, error, "the audit cannot be written; when too much waits, calls are refused",
         "make room where audit.file lies, or mend the disk; nothing is lost as long as the agent runs"},
        {Found::noAudit, warning, "the audit is enabled, and no account is kept of calls",
         "make room below state.directory, or set audit.file, then restart; audit.enabled = false if none is wanted"},
    };
};

}  // namespace

std::string_view name(Severity severity) {
    switch (severity) {
        case Severity::error:
            return "error";
        case Severity::warning:
            return "warning";
        case Severity::note:
            return "note";
    }
    return "error";
}

std::span<const FoundRow> findingTable() {
    return FoundTable::rows;
}

const FoundRow& rowOf(Found found) {
    return *std::ranges::find(FoundTable::rows, found, &FoundRow::found);
}

std::string code(Found found) {
    return "AIP-" + std::to_string(static_cast<int>(found));
}

}  // namespace aip::app
