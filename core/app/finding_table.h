#pragma once

#include <span>
#include <string>
#include <string_view>

namespace aip::app {

enum class Severity {
    error,    ///< the agent does not start, at a reload everything stays as it is; or there is no connection
    warning,  ///< the agent runs, with a warning; --check fails
    note,     ///< worth knowing
};

std::string_view name(Severity severity);

/// What can be found. The value is the number of its code, which never changes its meaning: hundreds are groups.
enum class Found {
    // The configuration.
    unreadable = 101,
    unknownKey = 102,
    invalidValue = 103,
    idleSetting = 104,
    contradiction = 105,
    doubtfulList = 106,
    emptyList = 107,
    replacedValue = 108,
    ignoredFile = 109,
    idleProfile = 110,
    profileInVain = 111,
    limitInVain = 112,
    riskyServer = 113,

    // Files, folders and what the system has left.
    missingFile = 201,
    openToOthers = 202,
    unusablePath = 203,
    notWritable = 204,
    newInbox = 205,
    mistypedState = 206,
    unusableState = 207,
    sharedFile = 208,
    changeableByOthers = 209,
    littleSpace = 210,
    fewDescriptors = 211,
    closedFile = 212,
    fewTasks = 213,

    // The way to the server.
    shortage = 301,
    noName = 302,
    noRoute = 303,
    nobodyThere = 304,
    noAnswer = 305,
    notReached = 306,
    notAProxy = 311,
    proxyCuts = 312,
    proxyBusy = 313,
    proxyInVain = 314,
    proxyRefuses = 315,
    noTls = 321,
    tlsSilence = 322,
    tlsCut = 323,
    untrusted = 324,
    otherName = 325,
    otherKey = 326,
    expired = 327,
    notYetValid = 328,
    certificateWanted = 329,
    tlsFails = 330,
    tlsThere = 341,
    upgradeCut = 342,
    upgradeSilence = 343,
    redirected = 344,
    notHttp = 345,
    webPage = 346,
    nothingThere = 347,
    proxyBetween = 348,
    otherProtocol = 349,
    tooManyAttempts = 350,
    serverFails = 351,
    tokenRefused = 352,
    upgradeRefused = 353,
    registrationSilence = 361,
    registrationCut = 362,
    registrationRefused = 363,
    connectionLost = 371,
    clockSkew = 372,

    // What the system offers to keep plugins apart.
    noUserNamespace = 401,
    noPidNamespace = 402,
    noIpcNamespace = 403,
    noLandlock = 404,
    noSeccomp = 405,
    noProbe = 406,
    runsAsRoot = 407,

    // Plugins.
    noPlugins = 501,
    allOff = 502,
    noPluginFolder = 503,
    refusedPlugin = 504,
    leftOutPlugin = 505,
    statelessPlugin = 506,
    leftOutTool = 507,
    pluginSetting = 508,
    pluginWarns = 509,
    notInstalled = 510,
    mistypedSection = 511,
    otherUser = 512,
    noProgram = 513,
    pluginList = 514,
    idlePlugin = 515,
    brokenPlugin = 516,
    refusedUpdate = 517,
    disabledPlugin = 518,

    // The running agent.
    lockedDevice = 601,
    noProgress = 602,
    slowCheck = 603,
    auditFails = 611,
    noAudit = 612,
};

struct FoundRow {
    Found found;
    Severity severity;
    const char* meaning;
    const char* cure;
};

/// Everything that can be found, by its number. config/README.md has the same table.
std::span<const FoundRow> findingTable();

const FoundRow& rowOf(Found found);

/// "AIP-302"
std::string code(Found found);

}  // namespace aip::app
