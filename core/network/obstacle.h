#pragma once

namespace aip::network {

/// What has stood in the way, as far as it can be told from here; for those who say what to do about it.
enum class Obstacle {
    unknown,
    shortage,           ///< of descriptors, memory or threads on this machine
    silence,            ///< the peer took the connection and said nothing in time
    cut,                ///< the peer ended or reset the connection without a word
    notHttp,            ///< the peer's answer is not one of HTTP
    plaintext,          ///< TLS was spoken to what does not speak it
    tls,                ///< plain HTTP was spoken to what speaks TLS
    certificateWanted,  ///< the server demands a certificate of ours
    untrusted,          ///< nobody whom we trust vouches for the server's certificate
    otherName,          ///< that certificate is for other names
    otherKey,           ///< its key is not one of those that we expect
    expired,            ///< it, or one above it, has expired
    notYetValid,        ///< it, or one above it, is not valid yet
    noRoute,            ///< this machine knows no way to the address
    refused,            ///< nobody listens at the address
};

}  // namespace aip::network
