/*
 * aip.manifest/1 - implemented by a plugin that can write its own manifest.
 *
 * Used at build time only (aip-plugin manifest, aip_add_plugin): the running agent reads plugin.json and never asks.
 * The C++ wrapper implements it from the declared tools. A plugin without it ships a plugin.json written by hand.
 */
#ifndef AIP_EXT_MANIFEST_H
#define AIP_EXT_MANIFEST_H

#include "../abi.h"

#ifdef __cplusplus
extern "C" {
#endif

#define AIP_EXT_MANIFEST "aip.manifest/1"

typedef struct aip_manifest {
    uint32_t struct_size;
    uint32_t reserved;

    /* [control] Before start(). Hands the manifest (schema/plugin.schema.json, without "library" and "sha256") to
     * `write` as one JSON object, in one or more pieces. */
    aip_status (*describe)(aip_plugin* plugin, void (*write)(void* sink, aip_text piece), void* sink);
} aip_manifest;

AIP_STATIC_ASSERT(sizeof(aip_manifest) == AIP_END_OF(aip_manifest, describe), "aip_manifest has tail padding");

#ifdef __cplusplus
}
#endif

#endif
