#include "base/setting_text.h"

#include "base/json_text.h"
#include "base/printable.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cmath>
#include <utility>

namespace aip::base {
namespace {

constexpr std::string_view referenceStart = "${";
constexpr std::string_view literalStart = "$${";

using Items = std::vector<std::string>;

/// A value, or one item of a list, as it is written.
struct Piece {
    std::string_view content;  ///< without the quotes
    char quote = 0;            ///< 0: not quoted
};

Error invalid(std::string text) {
    return {Code::invalid, std::move(text)};
}

bool startsQuoted(std::string_view text) {
    return text.starts_with('"') || text.starts_with('\'');
}

/// Takes a quoted piece off the front of `rest`.
Result<Piece> takeQuoted(std::string_view& rest) {
    const char quote = rest.front();
    for (std::size_t at = 1; at < rest.size(); ++at) {
        if (rest[at] == '\\' && quote == '"') {
            ++at;
        } else if (rest[at] == quote) {
            const Piece piece{rest.substr(1, at - 1), quote};
            rest = trimmed(rest.substr(at + 1));
            return piece;
        }
    }
    return invalid(std::string("no closing ") + quote);
}

constexpr bool isGap(char c) {
    return c == ' ' || c == '\t';
}

/// A marker after a blank, or one with which the text begins and a blank after it: "a ; b", "# b", but not "#fff".
bool looksLikeAComment(std::string_view text, std::size_t at) {
    const bool marker = text[at] == ';' || text[at] == '#';
    return marker && (at > 0 ? isGap(text[at - 1]) : text.size() == 1 || isGap(text[1]));
}

/// What was pasted from a document: it does not show, or does not do what it looks like.
std::string pasted(std::string_view text) {
    if (const auto hidden = hiddenCharacter(text)) {
        return "holds " + codePoint(*hidden) + ", which does not show or looks like something else";
    }
    return hasTypographicQuote(text) ? "has a typographic quotation mark at its end, which quotes nothing" : "";
}

Result<Piece> unquoted(std::string_view text) {
    if (const auto why = pasted(text); !why.empty()) {
        return invalid(why + "; if this is part of the value, quote it: \"...\"");
    }
    for (auto at = text.find_first_of(";#"); at != std::string_view::npos; at = text.find_first_of(";#", at + 1)) {
        if (looksLikeAComment(text, at)) {
            return invalid("a comment stands on a line of its own; if this is part of the value, quote it: \"...\"");
        }
    }
    return Piece{text};
}

/// Takes the next item with its comma off the front of `rest`.
Result<Piece> takeItem(std::string_view& rest) {
    if (!startsQuoted(rest)) {
        const auto comma = std::min(rest.find(','), rest.size());
        const auto item = trimmed(rest.substr(0, comma));
        rest = trimmed(rest.substr(std::min(comma + 1, rest.size())));
        return unquoted(item);
    }
    auto piece = takeQuoted(rest);
    if (piece && !rest.empty() && rest.front() != ',') {
        return invalid(rest == "]" ? "a list is written without brackets" : "text after the closing quote");
    }
    rest = trimmed(rest.substr(std::min<std::size_t>(1, rest.size())));
    return piece;
}

Result<Piece> wholePiece(std::string_view text) {
    if (!startsQuoted(text)) {
        return unquoted(text);
    }
    std::string_view rest = text;
    auto piece = takeQuoted(rest);
    if (piece && !rest.empty()) {
        return invalid(rest.front() == ',' ? "several values where one is expected" : "text after the closing quote");
    }
    return piece;
}

/// The character that a backslash in double quotes stands for.
Result<char> escaped(std::string_view rest) {
    constexpr std::array<std::pair<char, char>, 4> escapes{{{'\\', '\\'}, {'"', '"'}, {'n', '\n'}, {'t', '\t'}}};
    const char wanted = rest.size() > 1 ? rest[1] : 0;
    for (const auto& [name, meaning] : escapes) {
        if (name == wanted) {
            return meaning;
        }
    }
    return invalid("a backslash in double quotes is followed by \\, \", n or t; in single quotes it is itself");
}

class Decoder {
  public:
    Decoder(const Expand& expand, std::string_view literal) : _expand(expand), _literal(literal) {}

    Result<std::string> text(const Piece& piece) const {
        std::string out;
        for (std::string_view rest = piece.content; !rest.empty();) {
            auto used = takeOne(out, rest, piece.quote == '"');
            if (!used) {
                return std::move(used).error();
            }
            rest.remove_prefix(*used);
        }
        return out;
    }

  private:
    /// Appends what the front of `rest` stands for; how many characters of it that were.
    Result<std::size_t> takeOne(std::string& out, std::string_view rest, bool escapes) const {
        if (rest.starts_with(literalStart)) {
            out += _literal;
            return literalStart.size();
        }
        if (rest.starts_with(referenceStart)) {
            return takeReference(out, rest);
        }
        if (!escapes || rest.front() != '\\') {
            const auto plain = std::max<std::size_t>(1, std::min(rest.find_first_of("$\\"), rest.size()));
            out += rest.substr(0, plain);
            return plain;
        }
        const auto character = escaped(rest);
        if (!character) {
            return character.error();
        }
        out += *character;
        return std::size_t{2};
    }

    Result<std::size_t> takeReference(std::string& out, std::string_view rest) const {
        const auto end = rest.find('}');
        if (end == std::string_view::npos) {
            return invalid(std::string(rest) + " is not a valid reference; a literal ${ is written $${");
        }
        auto expanded = _expand(rest.substr(0, end + 1));
        if (!expanded) {
            return std::move(expanded).error();
        }
        out += *expanded;
        return end + 1;
    }

    const Expand& _expand;
    const std::string_view _literal;
};

Error tooManyItems() {
    return invalid("a list of more than " + std::to_string(mostListItems) + " items");
}

void splitPlain(Items& out, std::string_view text) {
    for (bool more = true; more && out.size() <= mostListItems;) {
        const auto comma = text.find(',');
        if (const auto item = trimmed(text.substr(0, comma)); !item.empty()) {
            out.emplace_back(item);
        }
        more = comma != std::string_view::npos;
        text.remove_prefix(more ? comma + 1 : 0);
    }
}

Result<Items> decodeList(std::string_view rest, const Decoder& decoder) {
    Items items;
    while (!rest.empty()) {
        const auto piece = takeItem(rest);
        auto text = piece ? decoder.text(*piece) : piece.error();
        if (!text) {
            return std::move(text).error();
        }
        if (piece->quote == 0) {
            splitPlain(items, *text);
        } else {
            items.push_back(*std::move(text));
        }
        if (items.size() > mostListItems) {
            return tooManyItems();
        }
    }
    return items;
}

Result<std::string> decodeOne(std::string_view text, const Decoder& decoder) {
    const auto piece = wholePiece(text);
    return piece ? decoder.text(*piece) : piece.error();
}

struct UnitName {
    std::string_view name;
    Unit unit;
    double factor;
};

constexpr std::array unitNames{
    UnitName{"ms", Unit::duration, 0.001},     UnitName{"s", Unit::duration, 1},
    UnitName{"m", Unit::duration, 60},         UnitName{"h", Unit::duration, 3'600},
    UnitName{"d", Unit::duration, 86'400},     UnitName{"B", Unit::size, 1},
    UnitName{"KiB", Unit::size, 1024.0},       UnitName{"MiB", Unit::size, 1048576.0},
    UnitName{"GiB", Unit::size, 1073741824.0}, UnitName{"TiB", Unit::size, 1099511627776.0},
    UnitName{"kB", Unit::size, 1e3},           UnitName{"MB", Unit::size, 1e6},
    UnitName{"GB", Unit::size, 1e9},           UnitName{"TB", Unit::size, 1e12},
};

Error notANumber(std::string_view text, Unit unit) {
    std::string known;
    for (const auto& each : unitNames) {
        if (each.unit == unit) {
            known.append(known.empty() ? "; units: " : ", ").append(each.name);
        }
    }
    return invalid("'" + std::string(text) + "' is not a number" + known);
}

/// For "pass": "pass", "db_pass", "dbPass", "PASS2", but neither "bypass" nor "passive".
bool holdsWord(std::string_view name, std::string_view lower) {
    std::string capital(lower);
    capital.front() = static_cast<char>(std::toupper(static_cast<unsigned char>(lower.front())));
    std::string upper(lower);
    std::transform(upper.begin(), upper.end(), upper.begin(), [](unsigned char c) { return std::toupper(c); });
    for (const std::string_view word : {lower, std::string_view(capital), std::string_view(upper)}) {
        for (auto at = name.find(word); at != std::string_view::npos; at = name.find(word, at + 1)) {
            const auto end = at + word.size();
            const bool begins = at == 0 || !isLetter(name[at - 1]) || word == capital;
            const bool ends = end == name.size() || !isLetter(name[end]) ||
                              (word != upper && std::isupper(static_cast<unsigned char>(name[end])) != 0);
            if (begins && ends) {
                return true;
            }
        }
    }
    return false;
}

/// "auth", "oauth2", "authorization", but neither "author" nor "authority".
bool holdsAuth(std::string_view lower) {
    for (auto at = lower.find("auth"); at != std::string_view::npos; at = lower.find("auth", at + 1)) {
        const auto rest = lower.substr(at + 4);
        if (!rest.starts_with("or") || rest.starts_with("oriz")) {
            return true;
        }
    }
    return false;
}

}  // namespace

bool isSecretName(std::string_view name) {
    constexpr std::array parts{
        "token",  "key",    "secret",    "password", "passwd",           "passphrase",        "credential",       "pwd",
        "bearer", "cookie", "signature", "webhook",  "connectionstring", "connection_string", "connection-string"};
    constexpr std::array words{"pass", "pw", "pat", "sig", "sas", "dsn", "jwt", "otp", "psk"};
    const std::string lower = lowered(name);
    const auto isPart = [&lower](const char* part) { return lower.find(part) != std::string::npos; };
    return holdsAuth(lower) || std::any_of(parts.begin(), parts.end(), isPart) ||
           std::any_of(words.begin(), words.end(),
                       [&](const char* word) { return isPart(word) && holdsWord(name, word); });
}

Result<void> checkPrintable(std::string_view text) {
    if (!isUtf8(text)) {
        return invalid("not valid UTF-8");
    }
    const auto control = controlCharacter(text);
    return control ? Result<void>(invalid("holds a control character (" + codePoint(*control) + ")")) : Result<void>();
}

SettingText::SettingText(std::string plain) : one(plain), list(Items()) {
    splitPlain(*list, plain);
}

SettingText decodeSetting(std::string_view written, const Expand& expand, std::string_view literal) {
    const std::string_view text = trimmed(written);
    if (auto printable = checkPrintable(text); !printable) {
        return {printable.error(), printable.error()};
    }
    const Decoder decoder(expand, literal);
    return {decodeOne(text, decoder), decodeList(text, decoder)};
}

std::vector<std::string> unquotedItems(std::string_view written) {
    Items items;
    for (std::string_view rest = trimmed(written); !rest.empty();) {
        const auto piece = takeItem(rest);
        if (!piece) {
            return {};
        }
        if (piece->quote == 0 && !piece->content.empty()) {
            items.emplace_back(piece->content);
        }
    }
    return items;
}

std::string literalSetting(const std::string& text) {
    const auto read = decodeSetting(text, [](std::string_view) { return invalid("a reference"); });
    if (!text.empty() && read.one && *read.one == text) {
        return text;
    }
    std::string quoted = "\"";
    for (std::size_t at = 0; at < text.size(); ++at) {
        const bool reference = text[at] == '$' && at + 1 < text.size() && text[at + 1] == '{';
        quoted += text[at] == '"' || text[at] == '\\' ? "\\" : reference ? "$" : "";
        quoted += text[at];
    }
    return quoted + "\"";
}

Result<bool> booleanSetting(const std::string& text) {
    for (const auto* name : {"true", "yes", "on"}) {
        if (text == name) {
            return true;
        }
    }
    for (const auto* name : {"false", "no", "off"}) {
        if (text == name) {
            return false;
        }
    }
    return invalid("'" + excerpt(text, 80) + "' is none of true, false, yes, no, on, off");
}

Result<double> numberSetting(std::string_view text, Unit unit) {
    double value = 0;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (failure != std::errc() || !std::isfinite(value)) {
        return notANumber(text, unit);
    }
    const std::string_view name = trimmed(text.substr(static_cast<std::size_t>(end - text.data())));
    if (name.empty()) {
        return value;
    }
    const auto* known = std::find_if(unitNames.begin(), unitNames.end(),
                                     [&](const auto& each) { return each.name == name && each.unit == unit; });
    return known == unitNames.end() ? Result<double>(notANumber(text, unit)) : value * known->factor;
}

}  // namespace aip::base
