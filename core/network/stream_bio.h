#pragma once

#include "network/stream.h"

#include <openssl/bio.h>

namespace aip::network {

/// What OpenSSL reads from and writes to, and what has been seen there.
struct BelowTls {
    Stream& stream;
    bool ended = false;
    bool failed = false;
    int firstByte = -1;  ///< that was received
};

/// A BIO over `below`, which outlives it. Unlike OpenSSL's own it raises no SIGPIPE and works on any stream.
BIO* makeBio(BelowTls& below);

}  // namespace aip::network
