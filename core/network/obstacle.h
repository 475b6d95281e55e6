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
};

}  // namespace aip::network
