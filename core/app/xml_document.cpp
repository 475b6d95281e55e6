#include "app/xml_document.h"

#include "base/setting_text.h"

#include <Poco/Exception.h>
#include <Poco/SAX/Attributes.h>
#include <Poco/SAX/DefaultHandler.h>
#include <Poco/SAX/Locator.h>
#include <Poco/SAX/SAXException.h>
#include <Poco/SAX/SAXParser.h>

#include <string_view>
#include <utility>
#include <vector>

namespace aip::app {
namespace {

using Poco::XML::XMLString;

constexpr const char* rootName = "aip-agent";
constexpr std::size_t mostElements = 4'096;
constexpr std::size_t mostLevels = 32;

struct Element {
    XMLString key;
    std::string text;
    int line;
    bool hasChildren = false;
};

/// "_0" -> "0": a name in XML does not begin with a digit.
std::string_view partOf(std::string_view name) {
    const bool numbered =
        name.size() > 1 && name.front() == '_' && name.find_first_not_of("0123456789", 1) == std::string_view::npos;
    return name.substr(numbered ? 1 : 0);
}

/// One that is too long to be a key does not get any longer.
XMLString keyWithin(const XMLString& parent, const XMLString& name) {
    return parent.empty() ? name : parent.size() > longestKey ? parent : parent + "." + name;
}

class Handler : public Poco::XML::DefaultHandler {
  public:
    void setDocumentLocator(const Poco::XML::Locator* locator) override { _locator = locator; }

    void startElement(const XMLString& /*uri*/, const XMLString& /*localName*/, const XMLString& name,
                      const Poco::XML::Attributes& attributes) override {
        if (_ended || endsBefore(name)) {
            return;
        }
        if (attributes.getLength() > 0) {
            fault(line(), "<" + name + "> has an attribute; a value is the text of an element");
        }
        if (_open.empty()) {
            if (name != rootName) {
                fault(line(), "the root element is <" + name + ">; expected <" + rootName + ">");
            }
            _open.push_back({"", "", line()});
            return;
        }
        _open.back().hasChildren = true;
        _open.push_back({keyWithin(_open.back().key, XMLString(partOf(name))), "", line()});
    }

    void characters(const Poco::XML::XMLChar text[], int start, int length) override {
        if (!_ended && !_open.empty()) {
            _open.back().text.append(text + start, static_cast<std::size_t>(length));
        }
    }

    void endElement(const XMLString& /*uri*/, const XMLString& /*localName*/, const XMLString& /*name*/) override {
        if (_ended) {
            return;
        }
        const Element element = std::move(_open.back());
        _open.pop_back();
        const std::string_view text = base::trimmed(element.text);
        const bool holdsValue = !element.hasChildren && !_open.empty();
        if (holdsValue) {
            _document.add({element.key, std::string(text), element.line});
        } else if (!text.empty()) {
            fault(element.line, "text where elements are expected");
        }
    }

    void fault(int line, std::string text) { _document.faults.push_back({line, std::move(text)}); }
    int line() const { return _locator != nullptr ? _locator->getLineNumber() : 0; }
    ConfigurationDocument& document() { return _document; }

  private:
    /// Beyond its bounds nothing of a document is taken: the work would grow faster than its text.
    bool endsBefore(const XMLString& name) {
        const bool tooMany = ++_elements > mostElements || _document.full();
        _ended = tooMany || _open.size() == mostLevels;
        if (_ended) {
            fault(line(), tooMany ? "more than 4096 elements; nothing is read from here on"
                                  : "<" + name + "> is in more than 32 levels; nothing is read from here on");
        }
        return _ended;
    }

    const Poco::XML::Locator* _locator = nullptr;
    ConfigurationDocument _document;
    std::vector<Element> _open;
    std::size_t _elements = 0;
    bool _ended = false;
};

}  // namespace

ConfigurationDocument parseXml(const std::string& text) {
    Handler handler;
    Poco::XML::SAXParser parser;
    parser.setFeature(Poco::XML::XMLReader::FEATURE_EXTERNAL_GENERAL_ENTITIES, false);
    parser.setFeature(Poco::XML::XMLReader::FEATURE_EXTERNAL_PARAMETER_ENTITIES, false);
    parser.setFeature(Poco::XML::XMLReader::FEATURE_NAMESPACES, false);
    parser.setContentHandler(&handler);
    try {
        parser.parseString(text);
    } catch (const Poco::XML::SAXParseException& failure) {
        handler.fault(failure.getLineNumber(), failure.message());
    } catch (const Poco::Exception& failure) {
        handler.fault(handler.line(), failure.displayText());
    }
    return std::move(handler.document());
}

}  // namespace aip::app
