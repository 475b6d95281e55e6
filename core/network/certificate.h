#pragma once

#include "network/obstacle.h"
#include "network/setting_names.h"

#include <openssl/x509.h>

#include <string>

namespace aip::network {

/// SHA-256 of the SubjectPublicKeyInfo, in Base64: what server.public_key_pin takes.
std::string publicKeyPin(const X509* certificate);

/// The names and addresses that a certificate is for: "a.example, 10.0.0.1".
std::string namesOf(const X509* certificate);

/// Why the chain under verification does not hold for `host`, and what to do.
std::string whyDistrusted(X509_STORE_CTX* store, const std::string& host, const SettingNames& names);

/// The same, for those who say what to do about it. `error` is one of X509_V_ERR_.
Obstacle obstacleOf(int error);

}  // namespace aip::network
