#pragma once

namespace aip::base {

/// The ABI of the kernel's Landlock; 0: it has none that can be used, and errno says why.
int landlockVersion();

/// The first one with scopes of signals.
inline constexpr int landlockWithScopes = 6;

}  // namespace aip::base
