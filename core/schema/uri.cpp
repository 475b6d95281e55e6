#include "schema/uri.h"

#include <charconv>
#include <vector>

namespace aip::schema {
namespace {

/// The parts of RFC 3986 before the fragment, each with its delimiter.
struct Parts {
    std::string_view scheme;     ///< "http:"
    std::string_view authority;  ///< "//host"
    std::string_view path;
    std::string_view query;  ///< "?a=b"
};

std::string_view takeScheme(std::string_view& text) {
    const std::size_t end = text.find_first_of(":/?");
    if (end == std::string_view::npos || end == 0 || text[end] != ':') {
        return {};
    }
    const std::string_view scheme = text.substr(0, end + 1);
    text.remove_prefix(end + 1);
    return scheme;
}

std::string_view takeAuthority(std::string_view& text) {
    if (!text.starts_with("//")) {
        return {};
    }
    const std::string_view authority = text.substr(0, text.find_first_of("/?", 2));
    text.remove_prefix(authority.size());
    return authority;
}

Parts split(std::string_view text) {
    Parts parts;
    parts.scheme = takeScheme(text);
    parts.authority = takeAuthority(text);
    parts.path = text.substr(0, text.find('?'));
    parts.query = text.substr(parts.path.size());
    return parts;
}

std::string withoutDots(std::string_view path) {
    std::vector<std::string_view> kept;
    const bool absolute = path.starts_with('/');
    path.remove_prefix(absolute ? 1 : 0);
    while (true) {
        const std::size_t slash = path.find('/');
        const std::string_view segment = path.substr(0, slash);
        const bool last = slash == std::string_view::npos;
        if (segment == ".." && !kept.empty()) {
            kept.pop_back();
        }
        const bool dots = segment == "." || segment == "..";
        if (!dots || last) {
            kept.push_back(dots ? std::string_view() : segment);
        }
        if (last) {
            break;
        }
        path.remove_prefix(slash + 1);
    }
    std::string out = absolute ? "/" : "";
    for (std::size_t i = 0; i < kept.size(); ++i) {
        out.append(i == 0 ? "" : "/").append(kept[i]);
    }
    return out;
}

std::string mergedPath(const Parts& base, std::string_view path) {
    if (path.starts_with('/')) {
        return withoutDots(path);
    }
    if (!base.authority.empty() && base.path.empty()) {
        return withoutDots("/" + std::string(path));
    }
    const std::size_t slash = base.path.rfind('/');
    const auto folder = slash == std::string_view::npos ? std::string_view() : base.path.substr(0, slash + 1);
    return withoutDots(std::string(folder) + std::string(path));
}

std::string joined(const Parts& parts) {
    std::string out;
    return out.append(parts.scheme).append(parts.authority).append(parts.path).append(parts.query);
}

std::string resolveDocument(const Parts& base, Parts reference) {
    std::string path;
    if (!reference.scheme.empty() || !reference.authority.empty()) {
        path = reference.path.starts_with('/') ? withoutDots(reference.path) : std::string(reference.path);
    } else if (reference.path.empty()) {
        path = base.path;
        reference.query = reference.query.empty() ? base.query : reference.query;
    } else {
        path = mergedPath(base, reference.path);
    }
    if (reference.scheme.empty()) {
        reference.scheme = base.scheme;
        reference.authority = reference.authority.empty() ? base.authority : reference.authority;
    }
    reference.path = path;
    return joined(reference);
}

}  // namespace

UriReference resolveUri(std::string_view base, std::string_view reference) {
    const std::size_t hash = reference.find('#');
    UriReference resolved;
    if (hash != std::string_view::npos) {
        resolved.fragment = reference.substr(hash + 1);
    }
    resolved.document = resolveDocument(split(base), split(reference.substr(0, hash)));
    return resolved;
}

std::string percentDecoded(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        unsigned byte = 0;
        const char* digits = text.data() + i + 1;
        if (text[i] == '%' && i + 2 < text.size() && std::from_chars(digits, digits + 2, byte, 16).ptr == digits + 2) {
            out += static_cast<char>(byte);
            i += 2;
        } else {
            out += text[i];
        }
    }
    return out;
}

}  // namespace aip::schema
