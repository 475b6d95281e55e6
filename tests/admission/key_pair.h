#pragma once

#include <string>

namespace aip::tests {

/// A new pair of keys as `openssl genpkey` and `openssl pkey -pubout` write it. `type`: "ED25519", "X25519", ... With a
/// pass phrase the private key is encrypted.
struct KeyPair {
    explicit KeyPair(const char* type = "ED25519", const std::string& passPhrase = {});

    std::string privatePem;
    std::string publicPem;
};

}  // namespace aip::tests
