#pragma once

#include "hosting/artifact.h"

#include <aip/ext/artifacts.h>

#include <string>

namespace aip::hosting {

/// The agent's aip.artifacts/1 for one plugin: checks and opens the files that are handed over, and passes them on.
class ArtifactBridge {
  public:
    /// `report` gets a line that says why a file was not accepted. Any thread.
    ArtifactBridge(ArtifactPort port, std::function<void(const std::string&)> report);
    ArtifactBridge(const ArtifactBridge&) = delete;
    ArtifactBridge& operator=(const ArtifactBridge&) = delete;

    const aip_artifacts* table() const { return &_table; }

  private:
    static aip_status sendFile(const aip_artifacts* table, const aip_call* call, const aip_artifact* what,
                               aip_text path);
    static aip_status sendBytes(const aip_artifacts* table, const aip_call* call, const aip_artifact* what,
                                aip_text bytes);

    template <typename Make>
    aip_status send(const aip_call* call, const aip_artifact* what, Make make) const;
    base::Result<void> pass(const aip_call* call, const aip_artifact& what, base::Result<Artifact> made) const;

    aip_artifacts _table;
    const ArtifactPort _port;
    const std::function<void(const std::string&)> _report;
};

}  // namespace aip::hosting
