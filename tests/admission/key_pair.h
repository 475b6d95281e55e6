#pragma once

#include <string>

namespace aip::tests {

/// A fresh pair of keys as `openssl genpkey` and `openssl pkey -pubout` would write it. `type`: "ED25519", "X25519",
/// ... With a pass phrase the private one is encrypted.
struct KeyPair {
    explicit KeyPair(const char* type = "ED25519", const std::string& passPhrase = {});

    std::string privatePem;
    std::string publicPem;
};

}  // namespace aip::tests
