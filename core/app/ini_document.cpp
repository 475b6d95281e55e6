#include "app/ini_document.h"

#include "base/setting_text.h"

#include <algorithm>
#include <string>
#include <string_view>

namespace aip::app {
namespace {

using base::trimmed;

constexpr std::string_view byteOrderMark = "\xEF\xBB\xBF";

class IniParser {
  public:
    void read(std::string_view line) {
        ++_line;
        line = trimmed(line);
        if (line.empty() || line.front() == ';' || line.front() == '#') {
            return;
        }
        if (_document.full() && line.front() != '[') {
            fault("more than 4096 keys; nothing is read from here on");
            _ended = true;
        } else if (const auto printable = base::checkPrintable(line); !printable) {
            fault(printable.error().text());
        } else if (line.front() == '[') {
            readHeader(line);
        } else {
            readEntry(line);
        }
    }

    bool ended() const { return _ended || _document.faults.size() > ConfigurationDocument::mostKeys; }

    ConfigurationDocument finish() && { return std::move(_document); }

  private:
    void readHeader(std::string_view line) {
        const auto end = line.find(']');
        _section = trimmed(line.substr(1, end == std::string_view::npos ? end : end - 1));
        _inSection = false;  // until it is understood: its keys belong to no other section
        if (end == std::string_view::npos) {
            fault("the section has no closing ]");
        } else if (end != line.size() - 1) {
            fault("text after the ] of a section; a comment stands on a line of its own");
        } else if (_section.empty()) {
            fault("the section has no name");
        } else if (_section.size() > longestKey) {
            fault("the name of the section is longer than " + std::to_string(longestKey) + " bytes");
        } else {
            _inSection = true;
        }
    }

    void readEntry(std::string_view line) {
        const auto equals = line.find('=');
        if (equals == std::string_view::npos) {
            fault("neither a [section] nor key = value");  // shows nothing of it: it may be a secret
        } else if (equals == 0) {
            fault("no key before the =");
        } else if (_inSection) {
            const std::string name(trimmed(line.substr(0, equals)));
            const std::string start = _section.empty() ? "" : std::string(_section) + ".";
            _document.add({start + name, std::string(trimmed(line.substr(equals + 1))), _line});
        }
    }

    void fault(std::string text) { _document.faults.push_back({_line, std::move(text)}); }

    ConfigurationDocument _document;
    std::string_view _section;
    bool _inSection = true;  ///< also before the first one: keys in full
    bool _ended = false;
    int _line = 0;
};

}  // namespace

ConfigurationDocument parseIni(std::string_view text) {
    text.remove_prefix(text.starts_with(byteOrderMark) ? byteOrderMark.size() : 0);
    IniParser parser;
    while (!text.empty() && !parser.ended()) {
        const auto end = std::min(text.find('\n'), text.size());
        parser.read(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return std::move(parser).finish();
}

}  // namespace aip::app
