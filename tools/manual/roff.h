#pragma once

#include <string>
#include <string_view>

/// The source of manual pages (man(7)).
namespace aip::manual::roff {

/// Text as it is to be seen, without line breaks: a hyphen is one that can be copied.
std::string escaped(std::string_view text);

/// The same in lines of at most 78 characters, none of which is a request.
std::string paragraph(std::string_view text);

/// "--config=PATH" with the name in bold and what stands for a value in italics.
std::string form(std::string_view text);

/// A heading of the page, or one below it.
std::string heading(std::string_view text);
std::string subheading(std::string_view text);

/// An entry of a list; `head` is source, `text` is not.
std::string entry(const std::string& head, std::string_view text);

}  // namespace aip::manual::roff
