#include "http/announced_body.h"

#include "base/ascii.h"

#include <Poco/Net/HTTPMessage.h>

#include <charconv>
#include <system_error>

namespace aip::http {
namespace {

using base::Code;
using base::Error;
using base::Result;

constexpr int decimal = 10;

}  // namespace

Error bodyTooLong(std::size_t longest) {
    return {Code::exhausted, "the body is longer than " + std::to_string(longest) + " bytes"};
}

Result<std::size_t> bodyLength(std::string_view digits, int radix, std::size_t longest) {
    std::size_t size = 0;
    const auto* const end = digits.data() + digits.size();
    const auto read = std::from_chars(digits.data(), end, size, radix);
    if (read.ptr != end || read.ec == std::errc::invalid_argument) {
        return Error(Code::invalid, "the length of the body is not a number");
    }
    return read.ec == std::errc() && size <= longest ? Result<std::size_t>(size)
                                                     : Result<std::size_t>(bodyTooLong(longest));
}

Result<AnnouncedBody> announcedBody(const std::vector<std::string>& lengths, const std::vector<std::string>& encodings,
                                    std::size_t longest) {
    if (lengths.size() + encodings.size() > 1) {
        return Error(Code::invalid, "the length of the body is given more than once");
    }
    if (!encodings.empty()) {
        return base::equalNoCase(encodings.front(), "chunked")
                   ? Result<AnnouncedBody>(AnnouncedBody{.chunked = true})
                   : Result<AnnouncedBody>(Error(Code::invalid, "the only Transfer-Encoding is chunked"));
    }
    if (lengths.empty()) {
        return AnnouncedBody{};
    }
    const auto length = bodyLength(lengths.front(), decimal, longest);
    return length ? Result<AnnouncedBody>(AnnouncedBody{.length = *length}) : Result<AnnouncedBody>(length.error());
}

Result<AnnouncedBody> announcedBody(const Poco::Net::HTTPRequest& request, std::size_t longest) {
    using Poco::Net::HTTPMessage;
    return announcedBody(valuesOf(request, HTTPMessage::CONTENT_LENGTH),
                         valuesOf(request, HTTPMessage::TRANSFER_ENCODING), longest);
}

std::vector<std::string> valuesOf(const Poco::Net::HTTPRequest& request, const std::string& name) {
    std::vector<std::string> values;
    for (const auto& [field, value] : request) {
        if (base::equalNoCase(field, name)) {
            values.push_back(value);
        }
    }
    return values;
}

}  // namespace aip::http
